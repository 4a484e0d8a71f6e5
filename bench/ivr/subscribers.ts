import pg from 'pg';

/** Callers with one contract, suspended, with one overdue invoice of R$ 120,50 and no unlock this month. */
export interface Callers {
  readonly documents: readonly string[];
}

/**
 * Suspends the working contracts of a freshly filled database, so that thousands of callers hear the same sentences.
 * The data are the demo's, of a fixed seed, so both databases come to hold the same callers in the same order.
 */
export async function suspendEverybody(databaseUrl: string): Promise<Callers> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ known: boolean }>(`select to_regclass('bench_caller') is not null as known`);
    if (rows[0]?.known !== true) await suspend(client);
    return await callers(client);
  } finally {
    await client.end();
  }
}

async function suspend(client: pg.Client): Promise<void> {
  await client.query(`
      create table bench_caller as
        select s.tenant_id, s.document, c.id as contract_id
          from subscriber s join contract c on c.tenant_id = s.tenant_id and c.subscriber_id = s.id
         where s.kind = 'person' and c.state = 'active'
           and not exists (select from contract o where o.tenant_id = c.tenant_id and o.subscriber_id = s.id and o.id <> c.id)
           and not exists (select from promise p where p.tenant_id = c.tenant_id and p.contract_id = c.id)
           and not exists (select from alert a where a.tenant_id = c.tenant_id and (a.contract_id = c.id or a.subscriber_id = s.id))`);
  await client.query(`
      update contract c set state = 'suspended_debt' from bench_caller b
       where b.tenant_id = c.tenant_id and b.contract_id = c.id`);
  await client.query(`
      update invoice i set status = 'cancelled' from bench_caller b
       where b.tenant_id = i.tenant_id and b.contract_id = i.contract_id and i.status = 'open'`);
  await client.query(`
      update invoice i
         set status = 'open', paid_on = null, paid_cents = null, amount_cents = 12050, due_on = current_date - 20
        from (select distinct on (b.contract_id) i.tenant_id, i.id
                from bench_caller b join invoice i on i.tenant_id = b.tenant_id and i.contract_id = b.contract_id
               order by b.contract_id, i.due_on desc) last
       where last.tenant_id = i.tenant_id and last.id = i.id`);
  await client.query('vacuum analyze');
}

async function callers(client: pg.Client): Promise<Callers> {
  const { rows } = await client.query<{ document: string }>(
    `select b.document from bench_caller b
        where exists (select from invoice i where i.tenant_id = b.tenant_id and i.contract_id = b.contract_id and i.status = 'open')
        order by b.contract_id`,
  );
  return { documents: rows.map(({ document }) => document) };
}
