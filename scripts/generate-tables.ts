/**
 * Writes `src/storage/tables.generated.ts` from the migrations: the shapes of the tables are declared once, in SQL.
 * Uses a PostgreSQL of its own that it takes away again, or the empty database whose URL is given.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgres } from '../src/storage/embedded-postgres.ts';
import { migrate } from '../src/storage/migrate.ts';

const [, , given] = process.argv;
if (given === undefined) await withServer(generate);
else await generate(given);

async function withServer(work: (url: string) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'uira-generate-'));
  try {
    const server = await startPostgres({ home });
    try {
      await work(server.url);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function generate(url: string): Promise<void> {
  const root = fileURLToPath(new URL('../', import.meta.url));
  const options = [
    ['--dialect', 'postgres', '--url', url, '--out-file', `${root}src/storage/tables.generated.ts`],
    ['--date-parser', 'string', '--numeric-parser', 'number', '--exclude-pattern', 'graphile_worker.*'],
    ['--type-mapping', '{"int8":"number"}'],
  ];
  await migrate(url);
  execFileSync(`${root}node_modules/.bin/kysely-codegen`, options.flat(), {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
