import { sql } from 'kysely';
import { addDays, type Clock, localDate, startOfDay, startOfMonth } from '../../kernel/clock.ts';
import type { Database } from '../../storage/database.ts';
import { promiseEnd, promiseText } from '../billing/promise.ts';
import { installTicketCatalogue } from '../tickets/catalogue.ts';
import { recordTicket } from '../tickets/service.ts';
import { type DemoSubscriber, generateDemo } from './generator.ts';
import { DemoRows, type DemoTable, demoTables, type NumberedTable, numberedTables } from './rows.ts';
import { openDemoTickets } from './tickets.ts';

export type { DemoSubscriber } from './generator.ts';

export interface DemoOptions {
  /** A transaction, if nothing is to stay of a load that fails. */
  readonly db: Database;
  readonly tenantId: number;
  readonly clock: Clock;
  readonly timeZone: string;
  readonly seed: number;
  /** How many times over each situation is there; once when left out. */
  readonly copies?: number;
  /** Subscribers besides those of the situations; 5,000 when left out. */
  readonly others?: number;
}

const chunk = 5_000;
const tickets = 12;

/** Fills a tenant without subscribers with a small provider, and says whom one may call as. */
export async function loadDemo(options: DemoOptions): Promise<DemoSubscriber[]> {
  const { db, tenantId, clock, timeZone, seed, copies = 1, others = 5_000 } = options;
  const rows = new DemoRows(tenantId, await firstFreeIds(db));
  const subscribers = generateDemo(rows, { seed, now: clock.now(), timeZone, copies, others });
  await installTicketCatalogue(db, tenantId);
  for (const table of demoTables) await insert(db, table, rows.of(table));
  for (const table of numberedTables) {
    await sql`select setval(pg_get_serial_sequence(${table}, 'id'), ${rows.nextId(table)}, false)`.execute(db);
  }
  for (const { situation, contracts } of subscribers) {
    if (situation === 'suspended-unlock-used') await useUnlock(options, contracts[0] ?? 0);
  }
  await openDemoTickets(options, contractsOfOthers(rows, subscribers).slice(0, tickets));
  return subscribers;
}

/** Of subscribers that nobody is told of: what they have on record disturbs nobody who plays a situation. */
function contractsOfOthers(rows: DemoRows, subscribers: readonly DemoSubscriber[]): number[] {
  const told = new Set(subscribers.flatMap(({ contracts }) => contracts));
  const all = rows.of('contract') as readonly { readonly id: number }[];
  return all.map(({ id }) => id).filter((id) => !told.has(id));
}

async function firstFreeIds(db: Database): Promise<Map<NumberedTable, number>> {
  const first = new Map<NumberedTable, number>();
  for (const table of numberedTables) {
    const { rows } = await sql<{ id: number }>`select nextval(pg_get_serial_sequence(${table}, 'id')) as id`.execute(
      db,
    );
    first.set(table, rows[0]?.id ?? 1);
  }
  return first;
}

/**
 * Rows as JSON: one statement for thousands, whatever their types, at a million values a second. The planner is told of them
 * at once: autovacuum comes a minute later, and after a load that failed it has the table for empty, by which looking up
 * what the next tables name took a minute and more.
 */
async function insert(db: Database, table: DemoTable, rows: readonly object[]): Promise<void> {
  const [row] = rows;
  if (row === undefined) return;
  const columns = sql.join(Object.keys(row).map((column) => sql.ref(column)));
  for (let at = 0; at < rows.length; at += chunk) {
    await sql`insert into ${sql.table(table)} (${columns}) select ${columns}
      from json_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows.slice(at, at + chunk))}::json)`.execute(
      db,
    );
  }
  await sql`analyze ${sql.table(table)}`.execute(db);
}

/** A promise of this month that was not kept, with its ticket; at the month's beginning its days are over early. */
async function useUnlock({ db, tenantId, clock, timeZone }: DemoOptions, contractId: number): Promise<void> {
  const now = clock.now();
  const today = localDate(now, timeZone);
  const month = startOfMonth(today);
  const earlier = addDays(today, -5);
  const grantedAt = startOfDay(earlier < month ? month : earlier, timeZone);
  const grantedOn = localDate(grantedAt, timeZone);
  const { until, expiresAt } = promiseEnd(grantedOn, 3, timeZone);
  const { protocol } = await recordTicket(
    { db, tenantId, clock: { ...clock, now: () => grantedAt }, timeZone },
    {
      contractId,
      subject: 'unlock',
      text: promiseText(3, until),
      closed: true,
      key: `demo:${contractId}`,
      callId: undefined,
      contactPhone: undefined,
    },
  );
  const endedAt = expiresAt < now ? expiresAt : now;
  await db
    .insertInto('promise')
    .values({
      tenant_id: tenantId,
      contract_id: contractId,
      act_key: `demo:${contractId}`,
      month,
      granted_at: grantedAt,
      days: 3,
      until,
      expires_at: endedAt,
      status: 'broken',
      settled_at: endedAt,
      protocol,
    })
    .execute();
}
