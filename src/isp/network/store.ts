import type { Provider } from '../provider.ts';
import type { AccountingNews } from './access.ts';
import { isOnPath, joinedPath } from './path.ts';

/** An open session as RADIUS accounting holds it: what a request about it (RFC 5176) has to name. */
export interface RadiusSession {
  /** Of its row in `radacct`. */
  readonly accountingId: string;
  readonly login: string;
  readonly sessionId: string;
  /** The concentrator that opened it, as it calls itself. */
  readonly nasAddress: string;
  /** The subscriber's IPv4 address, where accounting has it. */
  readonly framedAddress: string | undefined;
  /** When accounting last heard of it. */
  readonly seenAt: Date;
}

export interface AccessRow {
  readonly state: string;
  readonly sessions: readonly RadiusSession[];
  readonly maintenance: { description: string; expected_end_at: string | null; of_concentrator: boolean }[] | null;
}

/**
 * A login's open sessions, the one heard of last first. There is one, but where Stops were lost; of more than a few, the
 * oldest tell nothing.
 */
const openSessionsOf = (login: string) => `
  select json_agg(json_build_object('accountingId', s.radacctid::text, 'login', s.username, 'sessionId', s.acctsessionid,
           'nasAddress', host(s.nasipaddress), 'framedAddress', host(s.framedipaddress), 'seenAt', s.seen_at)
           order by s.seen_at desc) as sessions
    from (select r.*, coalesce(r.acctupdatetime, r.acctstarttime, to_timestamp(0)) as seen_at
            from radacct r where r.username = ${login} and r.acctstoptime is null
           order by seen_at desc limit 3) s`;

/** $1 tenant, $2 contract, $3 now. Going-on maintenance is a handful of rows, so it is read first and held against the path. */
const access = {
  name: 'isp_access',
  text: `
    select c.state, s.sessions, m.maintenance
      from contract c${joinedPath}
      cross join lateral (${openSessionsOf('c.radius_login')}) s
      cross join lateral (
        select json_agg(json_build_object('description', w.description, 'expected_end_at', w.expected_end_at,
                 'of_concentrator', coalesce(we.role = 'concentrator', false)) order by w.id) as maintenance
          from maintenance w
          left join equipment we on we.tenant_id = w.tenant_id and we.id = w.equipment_id
         where w.tenant_id = c.tenant_id and w.ended_at is null and w.starts_at <= $3
           and ${isOnPath}) m
     where c.tenant_id = $1 and c.id = $2`,
};

/** What decides a contract's access; undefined when there is no such contract. */
export async function selectAccess(provider: Provider, contractId: number, now: Date): Promise<AccessRow | undefined> {
  const { rows } = await provider.pool.query<Omit<AccessRow, 'sessions'> & { sessions: SessionJson[] | null }>({
    ...access,
    values: [provider.tenantId, contractId, now],
  });
  const [row] = rows;
  return row === undefined ? undefined : { ...row, sessions: (row.sessions ?? []).map(sessionOf) };
}

const openSessions = {
  name: 'isp_open_sessions',
  text: `select s.sessions from contract c cross join lateral (${openSessionsOf('c.radius_login')}) s
          where c.tenant_id = $1 and c.id = $2`,
};

/** The open sessions of a contract, the one heard of last first; undefined when there is no such contract. */
export async function selectOpenSessions(
  provider: Provider,
  contractId: number,
): Promise<readonly RadiusSession[] | undefined> {
  const { rows } = await provider.pool.query<{ sessions: SessionJson[] | null }>({
    ...openSessions,
    values: [provider.tenantId, contractId],
  });
  return rows[0] === undefined ? undefined : (rows[0].sessions ?? []).map(sessionOf);
}

/** As JSON has it. */
interface SessionJson extends Omit<RadiusSession, 'framedAddress' | 'seenAt'> {
  readonly framedAddress: string | null;
  readonly seenAt: string;
}

function sessionOf({ framedAddress, seenAt, ...session }: SessionJson): RadiusSession {
  return { ...session, framedAddress: framedAddress ?? undefined, seenAt: new Date(seenAt) };
}

/**
 * $1 the concentrator's address. Intervals under a minute are no interim updates' own (RFC 2869 §5.16), but repetitions
 * of one; the median leaves out what an update out of turn makes of the next interval.
 */
const news = {
  name: 'isp_accounting_news',
  text: `
    select max(coalesce(acctupdatetime, acctstarttime)) as heard_at,
           percentile_disc(0.5) within group (order by acctinterval) filter (where acctinterval >= 60) as usual_interval_s
      from radacct where nasipaddress = $1::inet and acctstoptime is null`,
};

/** What accounting hears of a concentrator: reads all of its open sessions, some milliseconds for thousands. */
export async function selectAccountingNews(provider: Provider, nasAddress: string): Promise<AccountingNews> {
  const { rows } = await provider.pool.query<{ heard_at: Date | null; usual_interval_s: number | null }>({
    ...news,
    values: [nasAddress],
  });
  const { heard_at = null, usual_interval_s = null } = rows[0] ?? {};
  return {
    heardAt: heard_at ?? new Date(0),
    usualIntervalMs: usual_interval_s === null ? undefined : usual_interval_s * 1000,
  };
}

/**
 * Closes the row of a session that its concentrator does not have: a Stop was sent into nothing. It ended at some time
 * after accounting last heard of it; only up to then is it known that its address was this subscriber's. A row that was
 * heard of since it was read stays open.
 */
export async function closeSession(provider: Provider, session: RadiusSession): Promise<void> {
  await provider.pool.query(
    `update radacct
        set acctstoptime = coalesce(acctupdatetime, acctstarttime), acctterminatecause = 'NAS-Error',
            acctsessiontime = greatest(acctsessiontime, extract(epoch from coalesce(acctupdatetime, acctstarttime) - acctstarttime)::bigint)
      where radacctid = $1 and acctstoptime is null
        and date_trunc('milliseconds', coalesce(acctupdatetime, acctstarttime)) = $2`,
    [session.accountingId, session.seenAt],
  );
}
