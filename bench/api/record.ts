import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Recording } from './bare-server.ts';
import type { ApiDatabase } from './database.ts';
import type { Method, PlayedBack, Sent } from './method.ts';
import { createOurApp } from './our-app.ts';
import { recordStatements, type Statement } from './recorded-sql.ts';

export interface Recorded {
  /** For the bare server. */
  readonly file: string;
  readonly routes: Recording['routes'];
}

/** Sends ours two requests of each method and notes what the second asks of PostgreSQL. */
export async function record(database: ApiDatabase, methods: readonly Method[]): Promise<Recorded> {
  const ours = await createOurApp(database.url, database.timeZone);
  const statements = recordStatements(ours.pool);
  const ask = async ({ verb, headers }: Method, { path, body }: Sent) => {
    statements.length = 0;
    const answer = await ours.app.inject({ method: verb, url: path, headers, ...(body && { payload: body }) });
    if (answer.statusCode !== 200) throw new Error(`Ours answered ${answer.statusCode}: ${answer.body}`);
    return { path, body, statements: statements.splice(0) };
  };
  const routes: Recording['routes'][number][] = [];
  try {
    for (const method of methods) {
      const { verb, path, playedBack } = method;
      // Who asks is looked up with the first request, and not for some seconds after it. What is only read is asked for
      // again, as it is under load: the first time something may be written, such as an invoice's link.
      const first = method.next();
      await ask(method, first);
      const asked = await ask(method, verb === 'GET' ? first : method.next());
      const { field } = playedBack;
      const recorded = valueOf(asked, field);
      const fresh = freshIn(asked.statements, playedBack);
      const logsIn = playedBack.logsIn === true;
      routes.push({ verb, path, field, recorded, fresh, logsIn, statements: asked.statements });
      await method.reset();
    }
    const file = join(database.home, 'recording.json');
    writeFileSync(file, JSON.stringify({ databaseUrl: database.url, routes } satisfies Recording));
    return { file, routes };
  } finally {
    await ours.close();
  }
}

function valueOf({ path, body }: { path: string; body: string | undefined }, field: string): string | number {
  const fields =
    body === undefined
      ? Object.fromEntries(new URL(path, 'http://ours').searchParams)
      : (JSON.parse(body) as Record<string, string | number>);
  return fields[field] ?? '';
}

/** Such as the key of the act: every one has another. */
function freshIn(statements: readonly Statement[], { isFresh }: PlayedBack): string[] {
  if (isFresh === undefined) return [];
  const all = statements.flatMap(({ text, values }) => values.filter((value) => isFresh(String(value), text)));
  if (all.length === 0) throw new Error('Nothing in the statements is made up anew, as it should be');
  return [...new Set(all.map(String))];
}
