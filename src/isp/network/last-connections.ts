import type { Provider } from '../provider.ts';

/** A login's session that is open, or else its last one, as RADIUS accounting has it. */
export interface LastConnection {
  readonly login: string;
  readonly startedAt: Date;
  /** Null while it is open. */
  readonly endedAt: Date | null;
  /** The subscriber's IPv4 address, where accounting has it. */
  readonly address: string | null;
  /** The concentrator's. */
  readonly nasAddress: string;
}

/** FreeRADIUS knows no tenants: the logins are those of the tenant's own contracts. */
const lastConnections = {
  name: 'isp_last_connections',
  text: `
    select l.login, r.acctstarttime as "startedAt", r.acctstoptime as "endedAt", host(r.framedipaddress) as address,
           host(r.nasipaddress) as "nasAddress"
      from unnest($1::text[]) as l (login)
      cross join lateral (
        select * from (
          (select * from radacct where username = l.login and acctstoptime is null order by acctstarttime desc limit 1)
          union all
          (select * from radacct where username = l.login and acctstarttime is not null order by acctstarttime desc limit 1)) of_login
         where acctstarttime is not null
         order by acctstoptime is null desc, acctstarttime desc limit 1) r`,
};

/** The last connections of some logins, by login; one that has never connected is left out. */
export async function selectLastConnections(
  provider: Pick<Provider, 'pool'>,
  logins: readonly string[],
): Promise<ReadonlyMap<string, LastConnection>> {
  if (logins.length === 0) return new Map();
  const { rows } = await provider.pool.query<LastConnection>({ ...lastConnections, values: [logins] });
  return new Map(rows.map((row) => [row.login, row]));
}
