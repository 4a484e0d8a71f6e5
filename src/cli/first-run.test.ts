import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../test/helpers/database.ts';
import { createAccess } from '../access/service.ts';
import { readConfig } from '../config.ts';
import { openExchange } from '../exchange/service.ts';
import { systemClock as clock } from '../kernel/clock.ts';
import { systemIds as ids } from '../kernel/ids.ts';
import { prepareInstallation } from './first-run.ts';

let database: TestDatabase;
let home: string;
beforeEach(async () => {
  database = await testDatabase();
  home = mkdtempSync(join(tmpdir(), 'uira-first-'));
});
afterEach(async () => {
  await database.close();
  rmSync(home, { recursive: true });
});

function prepare(env: Record<string, string>, askPassword?: () => Promise<string>) {
  const config = readConfig({ UIRAPURU_HOME: home, ...env });
  return prepareInstallation({ config, databaseUrl: database.url, db: database.db, clock, ids, askPassword });
}

async function tenants(): Promise<number> {
  return (await database.db.selectFrom('tenant').select('id').execute()).length;
}

/** A whole provider is made twice, which takes a machine that does much else half a minute. */
const twiceLoaded = { timeout: 120_000 };

test('an open address without a password is refused, and the home stays as new as it was', async () => {
  await expect(prepare({ UIRAPURU_BIND: '0.0.0.0' })).rejects.toThrow(/UIRAPURU_ADMIN_PASSWORD_FILE/);
  await expect(prepare({ UIRAPURU_BIND: '0.0.0.0' }, async () => 'short')).rejects.toThrow(/at least 10 characters/);
  await expect(prepare({ UIRAPURU_BIND: '0.0.0.0', UIRAPURU_DEMO: '1' })).rejects.toThrow(/UIRAPURU_DEMO=1/);
  expect(await tenants()).toBe(0);
});

test("the administrator's password comes from a file, and is asked for once", async () => {
  const file = join(home, 'password');
  writeFileSync(file, 'uma senha longa\n');
  const env = { UIRAPURU_BIND: '0.0.0.0', UIRAPURU_ADMIN_PASSWORD_FILE: file };
  const { tenantId, withDemo } = await prepare(env);
  expect(withDemo).toBe(false);
  const access = createAccess({ db: database.db, clock, ids, withDemo });
  expect(await access.verifyPassword('console', 'admin', 'uma senha longa')).toMatchObject({ tenantId });
  expect(await prepare({ UIRAPURU_BIND: '0.0.0.0' })).toMatchObject({ tenantId });
});

test('without demo data the menu is at its number all the same', async () => {
  const { tenantId, withDemo } = await prepare({ UIRAPURU_DEMO: '0' });
  const exchange = await openExchange(database.db, tenantId, { withDemo });
  expect(exchange.destination('2222')).toEqual({ kind: 'flow', flow: 'atendimento' });
  expect(exchange.provisioned().extensions).toEqual([]);
});

test("a demo's secrets are for its owner's eyes, and its phones and programs are refused once others can reach the address", async () => {
  const { tenantId } = await prepare({});
  expect(statSync(join(home, 'demo.json')).mode & 0o777).toBe(0o600);
  const demo = JSON.parse(readFileSync(join(home, 'demo.json'), 'utf8'));
  expect(demo.extensions).toHaveLength(4);
  const { client_id: id, client_secret: secret, username, password } = demo.hubsoft;
  const login = { grantType: 'password', client: { id, secret }, username, password } as const;
  const logIn = (withDemo: boolean) =>
    createAccess({ db: database.db, clock, ids, withDemo }).oauth.grant('hubsoft', login);
  expect(await logIn(true)).toMatchObject({ identity: { tenantId } });
  const opened = await prepare({ UIRAPURU_BIND: '0.0.0.0' }, async () => 'uma senha longa');
  expect(opened).toMatchObject({ tenantId, withDemo: false });
  expect((await openExchange(database.db, tenantId, opened)).provisioned().extensions).toEqual([]);
  expect(await logIn(opened.withDemo)).toBeUndefined();
});

test(
  'demo data that cannot be loaded is a sentence with its reason, and leaves the home new',
  twiceLoaded,
  async () => {
    rmSync(home, { recursive: true });
    await expect(prepare({})).rejects.toThrow(/^The demo data could not be loaded\. ENOENT.*demo\.json/);
    expect(await tenants()).toBe(0);
    mkdirSync(home);
    await prepare({});
    expect(await tenants()).toBe(1);
  },
);
