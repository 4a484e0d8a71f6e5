import { sql } from 'kysely';
import type { Database } from '../storage/database.ts';

/** Hours that one run takes at most, so that its transaction stays short. */
const hoursAtOnce = 240;
const hourMs = 3_600_000;

const agentRollUps = ['agent_hour', 'agent_queue_hour', 'agent_pause_hour'] as const;
const rollUps = ['queue_hour', ...agentRollUps] as const;

/** Works out anew the hours whose rows have changed. @returns how many; 0 also while another process does it */
export async function rollUp(db: Database): Promise<number> {
  return (
    db
      .transaction()
      // One view of rows and marks: a mark that is written meanwhile stays, with the row that it is for.
      .setIsolationLevel('repeatable read')
      .execute(async (transaction) => {
        const lock = await sql<{ mine: boolean }>`
        select pg_try_advisory_xact_lock(hashtext('uirapuru roll-up')) as mine`.execute(transaction);
        if (lock.rows[0]?.mine !== true) return 0;
        const stale = await transaction
          .selectFrom('report_stale')
          .select(['tenant_id', 'hour'])
          .distinct()
          .orderBy('tenant_id')
          .orderBy('hour')
          .limit(hoursAtOnce)
          .execute();
        for (const { tenantId, from, until } of runsOf(stale)) {
          for (const table of ['report_stale', ...rollUps] as const) {
            await transaction
              .deleteFrom(table)
              .where('tenant_id', '=', tenantId)
              .where('hour', '>=', from)
              .where('hour', '<', until)
              .execute();
          }
          await sql`insert into queue_hour select * from queue_hours(${tenantId}, ${from}, ${until})`.execute(
            transaction,
          );
          for (const table of agentRollUps) {
            const workedOut = sql.raw(`${table}s`);
            await sql`insert into ${sql.ref(table)} select * from ${workedOut}(${tenantId}, ${from}, ${until}, null)`.execute(
              transaction,
            );
          }
        }
        return stale.length;
      })
  );
}

interface Run {
  readonly tenantId: number;
  readonly from: Date;
  until: Date;
}

/** Hours that follow each other, as one. */
function runsOf(stale: readonly { readonly tenant_id: number; readonly hour: Date }[]): Run[] {
  const runs: Run[] = [];
  for (const { tenant_id: tenantId, hour } of stale) {
    const last = runs.at(-1);
    const until = new Date(hour.getTime() + hourMs);
    if (last?.tenantId === tenantId && last.until.getTime() === hour.getTime()) last.until = until;
    else runs.push({ tenantId, from: hour, until });
  }
  return runs;
}
