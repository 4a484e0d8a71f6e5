import { sql } from 'kysely';
import type { Database } from '../storage/database.ts';

/**
 * Who leads calls to a queue and would lead them nowhere without it, as an administrator calls it: `number +553432221000`. Where a
 * group has the same number, that takes the queue's place for all but queues that overflow into it.
 */
export async function leadsTo(db: Database, tenantId: number, queue: string): Promise<string[]> {
  const { rows } = await sql<{ who: string }>`
    with tenant_group as (select number, fallback from ring_group where tenant_id = ${tenantId}),
    others as (
      select 'number ' || number as who from inbound_number
      where tenant_id = ${tenantId} and ${queue} in (target, closed_target)
      union all select 'group ' || number from tenant_group where fallback = ${queue}
      union all select 'extension ' || number from extension
      where tenant_id = ${tenantId}
        and ${queue} in (forward_always, forward_busy, forward_no_answer, forward_unreachable, forward_closed)
    )
    select 'queue ' || number as who from queue where tenant_id = ${tenantId} and overflow_queue = ${queue}
    union all select who from others where not exists (select from tenant_group where number = ${queue})
    order by who`.execute(db);
  return rows.map(({ who }) => who);
}
