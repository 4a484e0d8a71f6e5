/** `npm run bench:demo`: how long it takes until a new home has its five thousand subscribers with a year of invoices. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDemo } from '../../src/isp/demo/service.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { startPostgres } from '../../src/storage/embedded-postgres.ts';
import { migrate } from '../../src/storage/migrate.ts';
import { table } from '../table.ts';

const timeZone = 'America/Sao_Paulo';
const home = await mkdtemp(join(tmpdir(), 'uira-bench-demo-'));
const server = await startPostgres({ home });
try {
  await migrate(server.url);
  const database = openDatabase(server.url, silentLogger, 1);
  const { id: tenantId } = await database.db
    .insertInto('tenant')
    .values({ name: 'Provedor', time_zone: timeZone })
    .returning('id')
    .executeTakeFirstOrThrow();
  const [from, cpu] = [performance.now(), process.cpuUsage()];
  await database.db
    .transaction()
    .execute((trx) => loadDemo({ db: trx, tenantId, clock: systemClock, timeZone, seed: 20_261_121 }));
  const [ms, { user, system }] = [performance.now() - from, process.cpuUsage(cpu)];
  await database.close();
  console.log(
    table(
      ['what', 's'],
      [
        ['5,000 subscribers with a year of invoices', (ms / 1_000).toFixed(1)],
        ['of it our own processor time', ((user + system) / 1_000_000).toFixed(1)],
      ],
    ),
  );
} finally {
  await server.stop();
  await rm(home, { recursive: true, force: true });
}
