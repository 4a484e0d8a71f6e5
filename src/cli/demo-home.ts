import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Access, ApiInstances } from '../access/service.ts';
import { type DemoAgent, loadDemoAgents } from '../agents/demo.ts';
import { type DemoExtension, loadDemoExchange } from '../exchange/demo.ts';
import { peopleGroup } from '../exchange/service.ts';
import { type DemoSubscriber, loadDemo } from '../isp/demo/service.ts';
import type { Clock } from '../kernel/clock.ts';
import type { IdSource } from '../kernel/ids.ts';
import type { Database } from '../storage/database.ts';

interface Parts {
  readonly home: string;
  readonly timeZone: string;
  readonly db: Database;
  readonly access: Access;
  readonly instances: ApiInstances;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly tenantId: number;
}

/** What `<home>/demo.json` holds: everything that a person or a script needs to try each part. */
export interface DemoFile {
  readonly sgp: { readonly token: string; readonly app: string };
  readonly hubsoft: {
    readonly client_id: string;
    readonly client_secret: string;
    readonly username: string;
    readonly password: string;
  };
  readonly intelbras: { readonly login: string; readonly senha: string; readonly token: string };
  readonly console: readonly { readonly user: string; readonly password: string; readonly role: string }[];
  readonly api: { readonly token: string };
  readonly campaigns: readonly { readonly id: string; readonly name: string; readonly mode: string }[];
  readonly extensions: readonly DemoExtension[];
  readonly agents: readonly DemoAgent[];
  readonly subscribers: readonly DemoSubscriber[];
}

/** Chosen so that every new home has the same people; only secrets differ. */
const seed = 20_261_121;
const demo = { demo: true };

/** Fills a new home with subscribers, phones and credentials, and writes what they are to `demo.json` (mode 0600). */
export async function loadDemoHome({
  home,
  timeZone,
  db,
  access,
  instances,
  clock,
  ids,
  tenantId,
}: Parts): Promise<void> {
  const subscribers = await loadDemo({ db, tenantId, clock, seed, timeZone });
  const extensions = await loadDemoExchange(db, tenantId, ids);
  const credentials = await issueCredentials(access, instances, ids, tenantId);
  const agents = await loadDemoAgents(db, tenantId, peopleGroup);
  const file: DemoFile = { ...credentials, campaigns: [], extensions, agents, subscribers };
  await writeFile(join(home, 'demo.json'), `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
}

async function issueCredentials(access: Access, instances: ApiInstances, ids: IdSource, tenantId: number) {
  const user = await access.create(tenantId, { kind: 'hubsoft', name: 'api@demo.invalid' }, demo);
  const instance = await instances.create(
    tenantId,
    { login: 'demo', origin: '127.0.0.1', passwordRequired: true, administers: true },
    true,
  );
  const users = ['administrator', 'supervisor', 'agent'].map((role) => ({
    user: role,
    password: ids.secret(12),
    role,
  }));
  for (const { user, password, role } of users) {
    await access.setPassword(tenantId, 'console', user, password, { ...demo, role });
  }
  return {
    sgp: { token: await access.issueToken(tenantId, 'sgp', 'ura', demo), app: 'ura' },
    hubsoft: {
      client_id: String(user.clientId),
      client_secret: user.clientSecret ?? '',
      username: user.name,
      password: user.password,
    },
    intelbras: { login: instance.login, senha: instance.password, token: instance.token },
    console: users,
    api: { token: await access.issueToken(tenantId, 'api', 'demo', { ...demo, role: 'operator' }) },
  };
}
