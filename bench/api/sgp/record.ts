import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Recording } from '../bare-server.ts';
import type { ApiDatabase } from '../database.ts';
import { recordStatements, type Statement } from '../recorded-sql.ts';
import { createOurApp } from './our-app.ts';

export interface SgpRecording {
  /** For the bare server. */
  readonly file: string;
  readonly routes: Recording['routes'];
}

/** Sends ours one request of each method and notes what it asks of PostgreSQL. */
export async function recordSgp(database: ApiDatabase): Promise<SgpRecording> {
  const { url, timeZone, credentials, contracts } = database;
  const [contract] = contracts;
  if (contract === undefined) throw new Error('The demo has nobody who could call');
  const ours = await createOurApp(url, timeZone);
  const statements = recordStatements(ours.pool);
  const ask = async (path: string, what: object): Promise<Statement[]> => {
    // Who asks is looked up with the first request, and not for some seconds after it.
    await ours.app.inject({
      method: 'POST',
      url: '/ws/ura/consultacliente/',
      payload: { ...credentials, contrato: 0 },
    });
    statements.length = 0;
    const answer = await ours.app.inject({ method: 'POST', url: path, payload: { ...credentials, ...what } });
    if (answer.statusCode !== 200) throw new Error(`Ours answered ${answer.statusCode}: ${answer.body}`);
    return statements.splice(0);
  };
  try {
    const [lookup, unlock] = ['/ws/ura/consultacliente/', '/ws/ura/liberacaopromessa/'];
    const found = await ask(lookup, { cpfcnpj: contract.document });
    const unlocked = await ask(unlock, { contrato: contract.id, uracontato: '34999990000' });
    const routes = [
      { path: lookup, field: 'cpfcnpj', recorded: contract.document, fresh: undefined, statements: found },
      { path: unlock, field: 'contrato', recorded: contract.id, fresh: keyOf(unlocked), statements: unlocked },
    ];
    const file = join(database.home, 'recording.json');
    writeFileSync(file, JSON.stringify({ databaseUrl: url, routes } satisfies Recording));
    return { file, routes };
  } finally {
    await ours.close();
    await database.suspendAgain();
  }
}

/** The key of the act: every unlock has another one. */
function keyOf(statements: readonly Statement[]): string {
  const keys = statements.flatMap(({ values }) => values).filter((value) => String(value).startsWith('sgp:'));
  if (keys.length === 0) throw new Error('The unlock has no key');
  return String(keys[0]);
}
