import { sql } from 'kysely';
import type { Database } from '../../src/storage/database.ts';

export const firstDay = '2024-01-01';
/** What the tenant is called. */
export const manyCallsTenant = 'Muitas';
const days = 365;
const [queueCount, agentCount] = [10, 40];

/** A tenant whose queues took so many calls in a year, spread evenly, each with its agent's states. */
export async function makeManyCalls(db: Database, calls: number, told: (what: string) => void): Promise<number> {
  const { id: tenantId } = await db
    .insertInto('tenant')
    .values({ name: `${manyCallsTenant}, being made`, time_zone: 'America/Sao_Paulo' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await sql`insert into queue (tenant_id, number, name)
    select ${tenantId}, (100 + n)::text, 'Fila ' || n from generate_series(1, ${queueCount}::int) as n`.execute(db);
  await sql`insert into agent (tenant_id, id, name, code, pin_hash)
    select ${tenantId}, n, 'Agente ' || n, (7000 + n)::text, 'none' from generate_series(1, ${agentCount}::int) as n`.execute(
    db,
  );
  await db.connection().execute(async (connection) => {
    // Marking hours while millions of rows come would say of each hour thousands of times what is said once below.
    await sql`set session_replication_role = replica`.execute(connection);
    await sql`set synchronous_commit = off`.execute(connection);
    await sql`set maintenance_work_mem = '1GB'`.execute(connection);
    await sql`set work_mem = '512MB'`.execute(connection);
    const calledBy = await withoutIndexes(connection, 'queue_call');
    await callsOf(connection, tenantId, calls);
    told(`${calls} callers`);
    const statesBy = await withoutIndexes(connection, 'agent_state');
    await statesOf(connection, tenantId);
    told('states of agents');
    for (const made of [...calledBy, ...statesBy]) await sql.raw(made).execute(connection);
    told('indexes');
    await sql`reset all`.execute(connection);
  });
  // The name says that all is there: what a run that was ended has left is not taken for a year of calls.
  await db.updateTable('tenant').set({ name: manyCallsTenant }).where('id', '=', tenantId).execute();
  await sql`analyze`.execute(db);
  await markAll(db, tenantId);
  return tenantId;
}

/** Every hour is to be worked out, as after another service level was set or after the roll-ups were lost. */
async function markAll(db: Database, tenantId: number): Promise<void> {
  await sql`insert into report_stale select ${tenantId}, hour
    from generate_series(${firstDay}::timestamptz, ${firstDay}::timestamptz + make_interval(days => ${days + 1}::int), '1 hour') as hour`.execute(
    db,
  );
}

/** Rows by the million come many times quicker without indexes, which are made of them afterwards. @returns what makes them again */
async function withoutIndexes(db: Database, name: 'queue_call' | 'agent_state'): Promise<string[]> {
  const { rows } = await sql<{ index: string; made: string; key: string | null; key_made: string }>`
    select index.indexrelid::regclass::text as index, pg_get_indexdef(index.indexrelid) as made, key.conname as key,
      pg_get_constraintdef(key.oid) as key_made
    from pg_index as index left join pg_constraint as key on key.conindid = index.indexrelid and key.contype in ('p', 'u')
    where index.indrelid = ${name}::regclass`.execute(db);
  for (const { index, key } of rows) {
    if (key === null) await sql`drop index ${sql.id(index)}`.execute(db);
    else await sql`alter table ${sql.id(name)} drop constraint ${sql.id(key)}`.execute(db);
  }
  return rows.map(({ made, key, key_made: keyMade }) =>
    key === null ? made : `alter table ${name} add constraint ${key} ${keyMade}`,
  );
}

/** One call in twelve is given up; each agent takes every fortieth, and is done before the next. */
async function callsOf(db: Database, tenantId: number, calls: number): Promise<void> {
  const between = (days * 86_400) / calls;
  const mostTalk = between * agentCount * 0.5;
  await sql`
    insert into queue_call (tenant_id, id, call_id, queue, entered_at, left_at, outcome, agent_id, extension, talked_until, ring_ms, offers)
    select ${tenantId}, id, id, queue, entered, entered + waited, case when taken then 'answered' else 'abandoned' end,
      case when taken then agent end, case when taken then '1001' end, case when taken then entered + waited + talked end, 4000, 1
    from (
      select gen_random_uuid() as id, (101 + n % ${queueCount}::int)::text as queue, 1 + n % ${agentCount}::int as agent,
        date_trunc('milliseconds', ${firstDay}::timestamptz + make_interval(secs => n * ${between}::float8)) as entered,
        date_trunc('milliseconds', make_interval(secs => least(90, ${between}::float8 * 20, -ln(1 - random()) * 20))) as waited,
        date_trunc('milliseconds', make_interval(secs => least(${mostTalk}::float8, -ln(1 - random()) * 180))) as talked,
        n % 12 <> 0 as taken
      from generate_series(0, ${calls - 1}::int) as n
    ) as drawn`.execute(db);
}

/**
 * Each phone rings four seconds where there is time, each talk is followed by ten seconds of wrap-up at most, and the agent is
 * free until the next one, but paused one time in ten.
 */
async function statesOf(db: Database, tenantId: number): Promise<void> {
  await sql`
    insert into agent_state (tenant_id, id, agent_id, state, reason, queue, call_id, started_at, ended_at)
    select ${tenantId}, gen_random_uuid(), agent_id, state, case when state = 'paused' then 'Pausa ' || nth % 3 end,
      case when state in ('talking', 'wrap_up') then queue when state = 'ringing' then next_queue end,
      case when state in ('talking', 'wrap_up') then call_id when state = 'ringing' then next_call_id end, began, ended
    from (
      select *, row_number() over by_agent as nth, lead(left_at) over by_agent as next_left, lead(queue) over by_agent as next_queue,
        lead(call_id) over by_agent as next_call_id
      from queue_call where tenant_id = ${tenantId} and agent_id is not null
      window by_agent as (partition by agent_id order by left_at)
    ) as taken
    cross join lateral (
      select least(talked_until + interval '10 s', coalesce(next_left, talked_until + interval '10 s')) as done
    ) as wrapped
    cross join lateral (select greatest(done, next_left - interval '4 s') as rung) as next
    cross join lateral (values
      ('talking', left_at, talked_until), ('wrap_up', talked_until, done),
      (case when nth % 10 = 0 then 'paused' else 'available' end, done, rung), ('ringing', rung, next_left)
    ) as states (state, began, ended)`.execute(db);
}
