import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { verify } from '@node-rs/argon2';
import fastify from 'fastify';
import pg from 'pg';
import { databaseConnections } from './contestants.ts';
import type { Statement } from './recorded-sql.ts';
import { replay, type Swap } from './replay.ts';

/** What the bare server serves: for each path, the statements that ours ran there for one recorded request. */
export interface Recording {
  readonly databaseUrl: string;
  readonly routes: readonly RecordedRoute[];
}

export interface RecordedRoute {
  readonly verb: 'GET' | 'POST';
  readonly path: string;
  /** The field of the query or body that the statements depend on, and what it was in the recording. */
  readonly field: string;
  readonly recorded: string | number;
  /** Values made up anew for each request, such as an act's key. */
  readonly fresh: readonly string[];
  /** Whether a password is checked and a token signed besides, which every server has to do that gives out tokens. */
  readonly logsIn: boolean;
  readonly statements: readonly Statement[];
}

/**
 * The measure of what Node.js, Fastify and PostgreSQL allow: no credentials, no limits, no validation, no mapping. It reads
 * the fields, runs the statements that ours runs, prepared where ours prepares them, and sends the rows as they come.
 *
 *   node bare-server.ts <port> <recording.json>
 */
async function serve(port: number, file: string): Promise<void> {
  const { databaseUrl, routes } = JSON.parse(readFileSync(file, 'utf8')) as Recording;
  const pool = new pg.Pool({ connectionString: databaseUrl, max: databaseConnections });
  const app = fastify({ logger: false });
  for (const { verb, path, field, recorded, fresh, logsIn, statements } of routes) {
    app.route({
      method: verb,
      url: path,
      handler: async (request) => {
        const fields = (verb === 'GET' ? request.query : request.body) as Record<string, string | number>;
        const made = fresh.map((value): Swap => [value, randomUUID()]);
        const rows = await replay(pool, statements, [[recorded, fields[field]], ...made]);
        return logsIn ? { ...(await login(rows, String(fields['password']))), rows } : rows;
      },
    });
  }
  await app.listen({ host: '127.0.0.1', port });
  process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));
  // The run was killed: nobody would stop us.
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });

/** Nothing of OAuth2 but what costs: the password, the signature. */
async function login(rows: readonly Record<string, unknown>[], password: string) {
  const hash = rows.map((row) => String(row['secret_hash'])).find((text) => text.startsWith('$argon2')) ?? '';
  if (!(await verify(hash, password))) throw new Error('The password of the recording is wrong');
  return {
    access_token: sign('sha256', Buffer.from(JSON.stringify({ jti: randomUUID() })), privateKey).toString('base64url'),
  };
}

await serve(Number(process.argv[2]), process.argv[3] ?? '');
