import { addDays, startOfDay } from '../../kernel/clock.ts';
import { boletoBarcode } from '../billing/boleto.ts';
import { pixCode } from '../billing/pix.ts';
import { sicoobFreeField, sicoobOurNumberDigit } from '../billing/sicoob.ts';
import { mayConnect } from '../network/access.ts';
import { billsOf, type DemoBill, dueDayFor } from './bills.ts';
import { type DemoPlan, type DemoSite, inventMac } from './network.ts';
import { loginName } from './people.ts';
import { streets } from './places.ts';
import type { Random } from './random.ts';
import type { DemoRows } from './rows.ts';
import type { ContractProfile } from './situations.ts';

/** What contracts are made with: the same for all of them. */
export interface DemoMakings {
  readonly rows: DemoRows;
  readonly random: Random;
  /** `YYYY-MM-DD` in the provider's time zone. */
  readonly today: string;
  readonly now: Date;
  readonly timeZone: string;
  readonly plans: readonly [DemoPlan, ...DemoPlan[]];
  readonly billing: DemoBilling;
  /** Bills by how they stand and the day they are due: a few dozen lists for thousands of contracts. */
  readonly bills: Map<string, DemoBill[]>;
}

export interface DemoBilling {
  readonly accountId: number;
  readonly account: { agency: string; beneficiaryCode: string; wallet: string; modality: string };
  readonly beneficiary: string;
  readonly pixKey: string;
  readonly pixCity: string;
}

export interface DemoContract {
  readonly id: number;
  /** `Rua das Acácias, 120 - Centro, Divinópolis/MG`. */
  readonly address: string;
}

/** A contract with its address, its place in the network, a year of invoices and what RADIUS knows of it. */
export function buildContract(
  makings: DemoMakings,
  of: { subscriberId: number; name: string; number: number; profile: ContractProfile; site: DemoSite; street: number },
): DemoContract {
  const { rows, random, today, now, timeZone } = makings;
  const { profile, site } = of;
  const plan = random.pick(makings.plans);
  const [streetType, street] = streets[of.street % streets.length] ?? streets[0];
  const nextId = rows.nextId('contract');
  const houseNumber = String(random.int(10, 1999));
  const address = rows.number('address', {
    district_id: site.districtId,
    street_type: streetType,
    street,
    number: houseNumber,
    postal_code: site.postalCode,
    latitude: near(site.latitude, nextId, 97),
    longitude: near(site.longitude, nextId, 89),
  });
  const startedOn = addDays(today, -random.int(400, 1800));
  const startedAt = startOfDay(startedOn, timeZone);
  const dueDay = dueDayFor(profile.bills, today, random.int(0, 9));
  const installed = profile.state !== 'installing';
  const cancelled = profile.state === 'cancelled';
  const stateSince = new Date(now.getTime() - random.int(1, 48) * 3_600_000);
  const login = `${loginName(of.name)}.${nextId}`;
  const mac = inventMac(random);
  const ipv4 = `100.${72 + (nextId >> 16)}.${(nextId >> 8) & 255}.${nextId & 255}`;
  const password = String(random.int(100_000, 999_999));
  const id = rows.number('contract', {
    subscriber_id: of.subscriberId,
    number: of.number,
    plan_id: plan.id,
    price_cents: plan.priceCents,
    due_day: dueDay,
    state: profile.state,
    state_since: installed && profile.state === 'active' ? startedAt : stateSince,
    registered_at: installed ? startedAt : stateSince,
    sold_on: installed ? startedOn : today,
    activated_at: installed ? startedAt : null,
    cancelled_at: cancelled ? stateSince : null,
    cancellation_reason: cancelled ? 'Mudança de endereço' : null,
    registration_address_id: address,
    installation_address_id: address,
    fiscal_address_id: address,
    billing_address_id: address,
    service_zone_id: site.zoneId,
    connection_interface_id: random.pick(site.connectionInterfaceIds),
    routing_interface_id: site.routingInterfaceId,
    service_port_number: nextId % 2 === 0 ? 1 + (nextId % 16) : null,
    service_port_equipment: nextId % 2 === 0 ? `CTO ${site.district} ${1 + (nextId % 40)}` : null,
    radius_login: login,
    radius_password: password,
    mac: installed ? mac : null,
    ipv4,
  });
  if (nextId % 4 === 3) buildPackages(makings, id, startedAt);
  buildRadius(makings, {
    id,
    login,
    password,
    mac,
    ipv4,
    group: mayConnect(profile.state) ? plan.radiusGroup : 'blocked',
    ...of,
  });
  for (const bill of billsFor(makings, profile, dueDay)) buildInvoice(makings, id, plan, bill);
  return { id, address: `${streetType} ${street}, ${houseNumber} - ${site.district}, ${site.town}/MG` };
}

/** A house within two kilometres or so of the middle of its town. */
function near(degrees: number, contractId: number, spread: number): number {
  return Number((degrees + ((contractId * 7919) % spread) / (spread * 50) - 0.01).toFixed(6));
}

/** Two things that come with some plans. */
function buildPackages({ rows }: DemoMakings, contractId: number, since: Date): void {
  const packages = [
    ['IP FIXO', 'Endereço fixo para câmeras e servidores'],
    ['TV', 'Oitenta canais, em até duas telas'],
  ] as const;
  for (const [description, notes] of packages) {
    rows.add('contract_package', { contract_id: contractId, description, price_cents: 0, notes, registered_at: since });
  }
}

function billsFor({ bills, today }: DemoMakings, profile: ContractProfile, dueDay: number): DemoBill[] {
  const key = `${profile.bills} ${dueDay}`;
  const known = bills.get(key) ?? billsOf(profile.bills, dueDay, today);
  bills.set(key, known);
  return known;
}

function buildInvoice({ rows, random, billing }: DemoMakings, contractId: number, plan: DemoPlan, bill: DemoBill) {
  const ourNumber = String(rows.nextId('invoice'));
  const paidOn = bill.open ? null : random.pick(bill.paidOn);
  const amount = { amountCents: plan.priceCents };
  const freeField = sicoobFreeField(billing.account, ourNumber);
  const { pixKey, pixCity, beneficiary } = billing;
  const id = rows.number('invoice', {
    contract_id: contractId,
    billing_account_id: billing.accountId,
    status: bill.open ? 'open' : 'paid',
    charge_kind: 'boleto',
    amount_cents: plan.priceCents,
    due_on: bill.dueOn,
    issued_on: bill.issuedOn,
    processed_on: bill.issuedOn,
    paid_on: paidOn,
    paid_cents: bill.open ? null : plan.priceCents,
    our_number: ourNumber,
    our_number_digit: sicoobOurNumberDigit(billing.account, ourNumber),
    barcode: boletoBarcode({ bankCode: '756', dueOn: bill.dueOn, freeField, ...amount }),
    pix_code: pixCode({ key: pixKey, receiver: beneficiary, city: pixCity, reference: `FAT${ourNumber}`, ...amount }),
  });
  const [year, month] = bill.dueOn.split('-');
  const description = `Serviço de Comunicação Multimídia - ${plan.name} - ${month}/${year}`;
  rows.add('invoice_item', { invoice_id: id, position: 1, description, amount_cents: plan.priceCents });
}

function buildRadius(
  { rows, random, now }: DemoMakings,
  of: {
    id: number;
    login: string;
    password: string;
    mac: string;
    ipv4: string;
    group: string;
    profile: ContractProfile;
    site: DemoSite;
  },
): void {
  const { login, mac } = of;
  rows.radius('radusergroup', { username: login, groupname: of.group, priority: 1 });
  rows.radius('radcheck', { username: login, attribute: 'Cleartext-Password', op: ':=', value: of.password });
  rows.radius('radcheck', { username: login, attribute: 'Calling-Station-Id', op: '==', value: mac.toUpperCase() });
  const startedAt = new Date(now.getTime() - random.int(3_600, 20 * 86_400) * 1000);
  // Bytes a second, of days and nights together.
  const received = random.int(20_000, 250_000);
  const sent = random.int(2_000, 20_000);
  // Nothing of theirs has ever dialled in.
  if (of.profile.state === 'installing') return;
  const endedAt = new Date(startedAt.getTime() + (now.getTime() - startedAt.getTime()) / 2);
  const seconds = Math.floor(((of.profile.online ? now : endedAt).getTime() - startedAt.getTime()) / 1000);
  rows.radius('radacct', {
    acctsessionid: `8${of.id.toString(16).padStart(7, '0')}`,
    acctuniqueid: of.id.toString(16).padStart(32, 'd'),
    username: login,
    nasipaddress: of.site.concentrator,
    nasportid: 'ether8',
    nasporttype: 'Ethernet',
    acctstarttime: startedAt,
    acctupdatetime: of.profile.online ? new Date(now.getTime() - 120_000) : endedAt,
    acctstoptime: of.profile.online ? null : endedAt,
    acctinputoctets: sent * seconds,
    acctoutputoctets: received * seconds,
    callingstationid: mac.toUpperCase(),
    calledstationid: 'service1',
    acctterminatecause: of.profile.online ? null : 'Lost-Carrier',
    servicetype: 'Framed-User',
    framedprotocol: 'PPP',
    framedipaddress: of.ipv4,
  });
}
