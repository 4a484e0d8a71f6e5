import { addDays, localDate, startOfDay } from '../../kernel/clock.ts';
import { buildContract, type DemoContract, type DemoMakings } from './contracts.ts';
import { buildPlans, buildSites, buildSiteUnderMaintenance, type DemoSite } from './network.ts';
import { inventCnpj, inventCompany, inventCpf, inventPerson, loginName } from './people.ts';
import { buildProspects } from './prospects.ts';
import { createRandom, type Random } from './random.ts';
import type { DemoRows } from './rows.ts';
import { crowd, type DemoSituation, type SubscriberProfile, situations } from './situations.ts';
import { buildStaff } from './staff.ts';

/** One who may be called as: what `demo.json` says of them. */
export interface DemoSubscriber {
  readonly situation: DemoSituation;
  readonly name: string;
  /** CPF or CNPJ without punctuation. */
  readonly document: string;
  /** E.164 */
  readonly phone: string | null;
  readonly email: string | null;
  readonly contracts: readonly number[];
  readonly address: string;
}

export interface DemoSetting {
  readonly seed: number;
  readonly now: Date;
  readonly timeZone: string;
  /** How many times over each situation is there. */
  readonly copies: number;
  /** How many nameless subscribers besides those of the situations. */
  readonly others: number;
}

const alertText = 'Amanhã, das duas às quatro da manhã, faremos uma melhoria na rede da sua rua';

/** Fills `rows` with a small provider. Pure: the same seed and instant give the same rows. */
export function generateDemo(rows: DemoRows, setting: DemoSetting): DemoSubscriber[] {
  const random = createRandom(setting.seed);
  const today = localDate(setting.now, setting.timeZone);
  buildStaff(rows);
  const sites = buildSites(rows);
  const plans = buildPlans(rows);
  const { now, timeZone } = setting;
  const makings = { rows, random, today, now, timeZone, plans, billing: buildBilling(rows, random), bills: new Map() };
  const forecast = startOfDay(addDays(today, 7), timeZone);
  const underMaintenance = buildSiteUnderMaintenance(
    rows,
    sites[0],
    now,
    new Date(forecast.getTime() + 18 * 3_600_000),
  );
  const build = subscriberBuilder(makings);

  const known: DemoSubscriber[] = [];
  for (const situation of Object.keys(situations) as DemoSituation[]) {
    const { count, profile } = situations[situation];
    for (let i = 0; i < count * setting.copies; i++) {
      const site = situation === 'maintenance' ? underMaintenance : random.pick(sites);
      const { id, contracts, ...subscriber } = build(profile, site);
      if (situation === 'provider-alert') {
        rows.add('alert', { kind: 'notice', text: alertText, starts_at: now, subscriber_id: id });
      }
      const address = contracts[0]?.address ?? '';
      known.push({ situation, ...subscriber, contracts: contracts.map((contract) => contract.id), address });
    }
  }
  for (let i = 0; i < setting.others; i++) build(profileOf(random.int(0, 99)), random.pick(sites));
  buildProspects(makings, sites[0]);
  return known;
}

interface BuiltSubscriber extends Pick<DemoSubscriber, 'name' | 'document' | 'phone' | 'email'> {
  readonly id: number;
  readonly contracts: readonly DemoContract[];
}

/** Makes one subscriber after another, no two with the same document, telephone or e-mail address. */
function subscriberBuilder(makings: DemoMakings) {
  const { rows, random, today, timeZone } = makings;
  const documents = new Set<string>();
  const unusedDocument = (kind: SubscriberProfile['document']) => {
    let document = inventDocument(kind, random);
    while (documents.has(document)) document = inventDocument(kind, random);
    documents.add(document);
    return document;
  };
  return (profile: SubscriberProfile, site: DemoSite): BuiltSubscriber => {
    const company = profile.document !== 'cpf';
    const { name, tradeName } = company ? inventCompany(random) : inventPerson(random);
    const document = unusedDocument(profile.document);
    const serial = documents.size;
    const id = rows.number('subscriber', {
      code: 1000 + serial,
      kind: company ? 'company' : 'person',
      name,
      trade_name: tradeName,
      document,
      identity_card: company ? null : `MG${10_000_000 + serial}`,
      born_on: company ? null : addDays(today, -random.int(19 * 366, 80 * 365)),
      registered_at: startOfDay(addDays(today, -1800), timeZone),
    });
    /** The modulus is prime, so numbers look mixed and none comes twice. */
    const phone = profile.phone
      ? `+55379${9 - (serial % 2)}${String((serial * 7919) % 9_999_991).padStart(7, '0')}`
      : null;
    const email = profile.email ? `${loginName(name)}.${serial}@example.com` : null;
    if (phone !== null) rows.add('subscriber_phone', { subscriber_id: id, position: 1, number: phone });
    if (email !== null) rows.add('subscriber_email', { subscriber_id: id, position: 1, address: email });
    const street = random.int(0, 99);
    const contracts = profile.contracts.map((contract, index) =>
      buildContract(makings, {
        subscriberId: id,
        name,
        number: index + 1,
        profile: contract,
        site,
        street: street + index,
      }),
    );
    return { id, name, document, phone, email, contracts };
  };
}

function inventDocument(kind: SubscriberProfile['document'], random: Random): string {
  return kind === 'cpf' ? inventCpf(random) : inventCnpj(random, kind === 'alphanumeric');
}

function profileOf(hundredth: number): SubscriberProfile {
  let upTo = 0;
  for (const { share, profile } of crowd) {
    upTo += share;
    if (hundredth < upTo) return profile;
  }
  throw new RangeError('The shares of the crowd add up to less than a hundred.');
}

function buildBilling(rows: DemoRows, random: Random): DemoMakings['billing'] {
  const account = { agency: '3007', beneficiaryCode: '48213', wallet: '1', modality: '01' };
  const beneficiary = 'Uirapuru Telecom Demonstração';
  const hex = (length: number) => Array.from({ length }, () => random.int(0, 15).toString(16)).join('');
  const pixKey = `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
  const pixCity = 'Divinópolis';
  const accountId = rows.number('billing_account', {
    bank_code: '756',
    agency: account.agency,
    beneficiary_code: account.beneficiaryCode,
    wallet: account.wallet,
    modality: account.modality,
    beneficiary_name: beneficiary,
    beneficiary_document: inventCnpj(random),
    document_kind: 'DS',
    payment_place: 'PAGÁVEL EM QUALQUER BANCO ATÉ O VENCIMENTO',
    beneficiary_address: 'Avenida das Palmeiras, 100 - Centro, Divinópolis/MG - CEP 35500-000',
    instructions: 'DEMONSTRAÇÃO: NÃO PAGUE ESTE BOLETO.',
    pix_key: pixKey,
    pix_city: pixCity,
  });
  return { accountId, account, beneficiary, pixKey, pixCity };
}
