import type { Cents } from '../../kernel/money.ts';
import type { Provider } from '../provider.ts';
import { type ContractState, parseContractState } from '../subscribers/contract-state.ts';

/** One session of a login, as RADIUS accounting has it. */
export interface SessionRecord {
  readonly startedAt: Date;
  /** Null while it is open. */
  readonly endedAt: Date | null;
  /** To the subscriber. */
  readonly downloadBytes: number;
  readonly uploadBytes: number;
  readonly calledStation: string | null;
  readonly callingStation: string | null;
  readonly address: string | null;
  /** The concentrator's, and where the session hangs on it. */
  readonly nasAddress: string;
  readonly nasPort: string | null;
  readonly nasPortType: string | null;
}

/** Whose login it is. */
export interface LoginOwner {
  readonly number: number;
  readonly plan: string;
  readonly priceCents: Cents;
  readonly state: ContractState;
  readonly subscriber: { readonly code: number; readonly name: string; readonly document: string };
}

/** Of every session of the time asked for, however many of them are told. */
export interface SessionTotals {
  readonly sessions: number;
  readonly downloadBytes: number;
  readonly uploadBytes: number;
  /** How long they lasted together. */
  readonly seconds: number;
}

export interface SessionHistory {
  readonly owner: LoginOwner;
  /** The latest first. */
  readonly sessions: readonly SessionRecord[];
  readonly totals: SessionTotals;
}

/** FreeRADIUS knows no tenants: a login leads to its contract, and only the tenant's own is looked for. */
const owner = {
  name: 'isp_login_owner',
  text: `
    select c.number, p.name as plan, c.price_cents as "priceCents", c.state,
           json_build_object('code', s.code, 'name', s.name, 'document', s.document) as subscriber
      from contract c
      join plan p on p.tenant_id = c.tenant_id and p.id = c.plan_id
      join subscriber s on s.tenant_id = c.tenant_id and s.id = c.subscriber_id
     where c.tenant_id = $1 and c.radius_login = $2`,
};

/**
 * $1 login, $2 and $3 the time, $4 how many. What the concentrator takes in is what the subscriber sends (RFC 2866 §5.3). A
 * session whose length accounting has not told lasted as far as it was heard of.
 */
const sessions = {
  name: 'isp_session_history',
  text: `
    with s as (
      select *, coalesce(acctoutputoctets, 0) as download, coalesce(acctinputoctets, 0) as upload,
             coalesce(acctsessiontime,
               extract(epoch from coalesce(acctstoptime, acctupdatetime, acctstarttime) - acctstarttime)) as seconds
        from radacct
       where username = $1 and acctstarttime < $3 and (acctstoptime is null or acctstoptime >= $2))
    select acctstarttime as "startedAt", acctstoptime as "endedAt", download as "downloadBytes", upload as "uploadBytes",
           calledstationid as "calledStation", callingstationid as "callingStation", host(framedipaddress) as address,
           host(nasipaddress) as "nasAddress", nasportid as "nasPort", nasporttype as "nasPortType",
           count(*) over () as "totalSessions", sum(download) over () as "totalDownload", sum(upload) over () as "totalUpload",
           sum(seconds) over () as "totalSeconds"
      from s order by acctstarttime desc, radacctid desc limit $4`,
};

interface SessionRow extends SessionRecord {
  readonly totalSessions: number;
  readonly totalDownload: number;
  readonly totalUpload: number;
  readonly totalSeconds: number;
}

/**
 * The sessions of a login that were on at some time between two instants, the latest first.
 * @returns undefined when no contract of the provider has this login
 */
export async function sessionHistory(
  { pool, tenantId }: Pick<Provider, 'pool' | 'tenantId'>,
  login: string,
  time: { readonly from: Date; readonly until: Date },
  limit: number,
): Promise<SessionHistory | undefined> {
  const owners = await pool.query<Omit<LoginOwner, 'state'> & { state: string }>({
    ...owner,
    values: [tenantId, login],
  });
  const [contract] = owners.rows;
  if (contract === undefined) return undefined;
  const { rows } = await pool.query<SessionRow>({ ...sessions, values: [login, time.from, time.until, limit] });
  const [first] = rows;
  return {
    owner: { ...contract, state: parseContractState(contract.state) },
    sessions: rows,
    totals: {
      sessions: first?.totalSessions ?? 0,
      downloadBytes: first?.totalDownload ?? 0,
      uploadBytes: first?.totalUpload ?? 0,
      seconds: first?.totalSeconds ?? 0,
    },
  };
}
