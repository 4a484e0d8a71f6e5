import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runMigrations } from 'graphile-worker';
import pg from 'pg';
import type { DemoFile } from '../../src/cli/demo-home.ts';
import { readConfig } from '../../src/config.ts';
import { stopLeftovers } from '../../src/main.ts';
import { prepareHome } from '../../src/storage/home-folder.ts';
import { fillDatabase } from '../ivr/filled-database.ts';
import { firstId } from './replay.ts';

/** A PostgreSQL server of its own with the demo's provider, most of whose contracts are suspended for debt. */
export interface ApiDatabase {
  readonly home: string;
  readonly url: string;
  readonly pid: number;
  readonly tenantId: number;
  readonly timeZone: string;
  readonly credentials: Pick<DemoFile, 'sgp' | 'hubsoft'>;
  /** Suspended contracts with their subscribers' documents. */
  readonly contracts: readonly { readonly id: number; readonly document: string }[];
  /** Suspends again what was unlocked, and removes what was written about it. */
  suspendAgain(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it in a new home, as the first start of the product does. */
export async function startDatabase(): Promise<ApiDatabase> {
  const home = resolve(process.env['BENCH_HOME'] ?? join(tmpdir(), 'uirapuru-bench-api'));
  const config = readConfig({ UIRAPURU_HOME: home });
  // What an earlier run that was killed left running.
  await stopLeftovers(config);
  rmSync(home, { recursive: true, force: true });
  await prepareHome(home);
  const filled = await fillDatabase(config);
  const pool = new pg.Pool({ connectionString: filled.url, max: 1 });
  await runMigrations({ pgPool: pool });
  await pool.query(idsFromFirst);
  const { rows } = await pool.query<{ id: number; document: string }>(
    'select contract_id as id, document from bench_caller order by contract_id',
  );
  const demo = JSON.parse(readFileSync(join(home, 'demo.json'), 'utf8')) as DemoFile;
  return {
    home,
    url: filled.url,
    pid: filled.pid,
    tenantId: filled.tenantId,
    timeZone: config.timeZone,
    credentials: demo,
    contracts: rows,
    async suspendAgain() {
      await pool.query(suspendAgain);
      await pool.query('vacuum contract, promise, ticket, contract_state_change, protocol_sequence');
    },
    async stop() {
      await pool.end();
      await filled.stop();
    },
  };
}

/** So that in a recording an id is told from a count. */
const idsFromFirst = `
  select setval(pg_get_serial_sequence('promise', 'id'), ${5 * firstId}), setval(pg_get_serial_sequence('ticket', 'id'), ${7 * firstId});
  insert into protocol_sequence (tenant_id, day, last)
    select id, (now() at time zone time_zone)::date, ${firstId} from tenant
    on conflict (tenant_id, day) do update set last = ${firstId};`;

const suspendAgain = `
  delete from graphile_worker._private_jobs;
  delete from promise p using bench_caller b where b.tenant_id = p.tenant_id and b.contract_id = p.contract_id;
  delete from ticket where id > ${7 * firstId};
  delete from contract_state_change s using bench_caller b
   where b.tenant_id = s.tenant_id and b.contract_id = s.contract_id and s.event = 'unlock_on_trust';
  update contract c set state = 'suspended_debt' from bench_caller b
   where b.tenant_id = c.tenant_id and b.contract_id = c.id and c.state <> 'suspended_debt';`;
