/**
 * Writes `src/storage/tables.generated.ts` from the migrations: the shapes of the tables are declared once, in SQL.
 * Usage: `node scripts/generate-tables.ts <url of an empty database>`
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { migrate } from '../src/storage/migrate.ts';

const url = process.argv[2];
if (url === undefined) throw new Error('Give the URL of an empty PostgreSQL database.');
const root = fileURLToPath(new URL('../', import.meta.url));
await migrate(url);
execFileSync(
  `${root}node_modules/.bin/kysely-codegen`,
  [
    ...['--dialect', 'postgres', '--url', url, '--out-file', `${root}src/storage/tables.generated.ts`],
    ...['--date-parser', 'string', '--numeric-parser', 'number', '--exclude-pattern', 'graphile_worker.*'],
    ...['--type-mapping', '{"int8":"number"}'],
  ],
  { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
);
