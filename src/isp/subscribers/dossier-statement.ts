import { isOnPath, joinedPath } from '../network/path.ts';
import type { Provider } from '../provider.ts';
import { parseContractState } from './contract-state.ts';
import type { DossierContract, LocatedAddress, Notice, Package, SubscriberDossier } from './subscriber-dossier.ts';

/** The parameters of every dossier statement; those of `found` come after them. */
export interface DossierValues {
  readonly now: Date;
  /** Whether cancelled contracts are shown, too. */
  readonly withCancelled: boolean;
}

/** The first parameter's number that `found` may use. */
export const firstFoundParameter = 4;

/**
 * $1 tenant, $2 whether cancelled contracts are shown, $3 now. The four addresses of a contract are mostly one and the same, and
 * work on the network is a handful of rows: each is read once.
 * @param found SQL whose rows have the subscribers' `id`s, a `place` that they are ordered by, and a `contract_id` that is to
 *   come first, or null
 */
const dossiers = (found: string) => `
  with works as materialized (
    select w.*, json_build_object('text', w.description, 'forecast', w.expected_end_at) as notice
      from maintenance w where w.tenant_id = $1 and w.ended_at is null and w.starts_at <= $3),
  alerts as not materialized (
    select l.*, json_build_object('text', l.text, 'forecast', l.forecast_at) as notice
      from alert l where l.tenant_id = $1 and l.starts_at <= $3 and (l.ends_at is null or l.ends_at > $3))
  select s.id, s.code, s.kind, s.name, s.trade_name as "tradeName", s.document, s.identity_card as "identityCard",
         s.identity_card_issued_on as "identityCardIssuedOn", s.born_on as "bornOn",
         s.municipal_registration as "municipalRegistration", s.state_registration as "stateRegistration",
         s.registered_at as "registeredAt",
         array(select number from subscriber_phone where tenant_id = $1 and subscriber_id = s.id order by position) as phones,
         array(select address from subscriber_email where tenant_id = $1 and subscriber_id = s.id order by position) as emails,
         (select json_agg(notice order by kind = 'outage' desc, id) from alerts
           where subscriber_id is null and contract_id is null) as everyone,
         (select json_agg(notice order by id) from (
            select id, notice from alerts where subscriber_id = s.id
            union all
            select l.id, l.notice from contract c join alerts l on l.contract_id = c.id
             where c.tenant_id = $1 and c.subscriber_id = s.id and c.state <> 'cancelled') own) as own,
         k.contracts
    from (${found}) f
    join subscriber s on s.tenant_id = $1 and s.id = f.id
    cross join lateral (
      select json_agg(json_build_object('id', c.id, 'number', c.number, 'state', c.state, 'planId', p.id, 'plan', p.name,
               'technology', p.technology, 'downloadKbps', p.download_kbps, 'uploadKbps', p.upload_kbps,
               'priceCents', c.price_cents, 'soldOn', c.sold_on, 'activatedAt', c.activated_at,
               'cancelledAt', c.cancelled_at, 'login', c.radius_login, 'password', c.radius_password, 'mac', c.mac,
               'ipv4', host(c.ipv4), 'ipv6', host(c.ipv6),
               'servicePort', case when c.service_port_number is not null then json_build_object(
                 'number', c.service_port_number, 'equipment', c.service_port_equipment) end,
               'connection', case when ci.id is not null then json_build_object(
                 'interface', json_build_object('name', ci.name, 'kind', ci.kind, 'calledStationId', ci.called_station_id),
                 'equipment', json_build_object('name', ce.name, 'ipv4', host(ce.ipv4), 'ipv6', host(ce.ipv6))) end,
               'routing', case when ri.id is not null then json_build_object(
                 'interface', json_build_object('name', ri.name, 'kind', ri.kind, 'calledStationId', ri.called_station_id),
                 'equipment', json_build_object('name', re.name, 'ipv4', host(re.ipv4), 'ipv6', host(re.ipv6))) end,
               'packages', (
                 select json_agg(json_build_object('id', g.id, 'description', g.description, 'priceCents', g.price_cents,
                          'notes', g.notes, 'registeredAt', g.registered_at) order by g.id)
                   from contract_package g where g.tenant_id = $1 and g.contract_id = c.id),
               'addressIds', json_build_array(c.registration_address_id, c.installation_address_id, c.fiscal_address_id,
                 c.billing_address_id),
               'addresses', (
                 select json_object_agg(ad.id, json_build_object('streetType', ad.street_type, 'street', ad.street,
                          'number', ad.number, 'complement', ad.complement, 'district', dd.name, 'city', dc.name,
                          'state', dc.state, 'postalCode', ad.postal_code, 'latitude', ad.latitude,
                          'longitude', ad.longitude))
                   from address ad
                   join district dd on dd.tenant_id = ad.tenant_id and dd.id = ad.district_id
                   join city dc on dc.tenant_id = dd.tenant_id and dc.id = dd.city_id
                  where ad.tenant_id = $1 and ad.id in (c.registration_address_id, c.installation_address_id,
                    c.fiscal_address_id, c.billing_address_id)),
               'works', (select json_agg(w.notice order by w.id) from works w where c.state <> 'cancelled' and ${isOnPath}))
               order by c.id = f.contract_id desc nulls last, c.number) as contracts
        from contract c
        join plan p on p.tenant_id = c.tenant_id and p.id = c.plan_id${joinedPath}
       where c.tenant_id = $1 and c.subscriber_id = s.id and ($2 or c.state <> 'cancelled')) k
   order by f.place`;

/** As JSON has them. */
interface NoticeJson {
  readonly text: string;
  readonly forecast: string | null;
}
interface PackageJson extends Omit<Package, 'registeredAt'> {
  readonly registeredAt: string;
}
type AddressKind = 'registration' | 'installation' | 'fiscal' | 'billing';
interface ContractJson
  extends Omit<DossierContract, AddressKind | 'state' | 'packages' | 'activatedAt' | 'cancelledAt'> {
  readonly state: string;
  readonly activatedAt: string | null;
  readonly cancelledAt: string | null;
  readonly packages: readonly PackageJson[] | null;
  readonly addressIds: readonly [number, number, number, number];
  readonly addresses: Readonly<Record<number, LocatedAddress>>;
  readonly works: readonly NoticeJson[] | null;
}
interface Row extends Omit<SubscriberDossier, 'notices' | 'contracts'> {
  readonly everyone: readonly NoticeJson[] | null;
  readonly own: readonly NoticeJson[] | null;
  readonly contracts: readonly ContractJson[] | null;
}

/**
 * Reads dossiers in one statement.
 * @param found see `dossiers`; its parameters are numbered from `firstFoundParameter`
 * @param name of the prepared statement; undefined where its plan depends on the values
 */
export async function readDossiers(
  provider: Provider,
  { now, withCancelled }: DossierValues,
  found: { readonly name?: string | undefined; readonly text: string; readonly values: readonly unknown[] },
): Promise<SubscriberDossier[]> {
  const { rows } = await provider.pool.query<Row>({
    ...(found.name === undefined ? {} : { name: found.name }),
    text: dossiers(found.text),
    values: [provider.tenantId, withCancelled, now, ...found.values],
  });
  return rows.map((row) => dossierOf(row, now));
}

/** The dossiers of some subscribers, in the given order; one that there is not is left out. */
export function subscriberDossiers(
  provider: Provider,
  ids: readonly number[],
  withCancelled: boolean,
): Promise<SubscriberDossier[]> {
  return readDossiers(
    provider,
    { now: provider.clock.now(), withCancelled },
    {
      name: 'isp_dossiers_of',
      text: 'select id, place, null::int as contract_id from unnest($4::int[]) with ordinality as ids (id, place)',
      values: [ids],
    },
  );
}

function dossierOf({ everyone, own, contracts, ...row }: Row, now: Date): SubscriberDossier {
  const works = contracts?.flatMap((contract) => contract.works ?? []) ?? [];
  const notices = new Map<string, Notice>();
  for (const { text, forecast } of [...(everyone ?? []), ...works, ...(own ?? [])]) {
    const at = forecast === null ? null : new Date(forecast);
    notices.set(text, { text, forecast: at !== null && at > now ? at : null });
  }
  return { ...row, notices: [...notices.values()], contracts: contracts?.map(contractOf) ?? [] };
}

function contractOf({ works: _told, addressIds, addresses, packages, ...contract }: ContractJson): DossierContract {
  const [registration, installation, fiscal, billing] = addressIds.map((id) => addresses[id]) as [
    LocatedAddress,
    LocatedAddress,
    LocatedAddress,
    LocatedAddress,
  ];
  return {
    ...contract,
    state: parseContractState(contract.state),
    activatedAt: contract.activatedAt === null ? null : new Date(contract.activatedAt),
    cancelledAt: contract.cancelledAt === null ? null : new Date(contract.cancelledAt),
    packages: packages?.map((each) => ({ ...each, registeredAt: new Date(each.registeredAt) })) ?? [],
    registration,
    installation,
    fiscal,
    billing,
  };
}
