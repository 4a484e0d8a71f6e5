import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestProvider, testProvider } from '../../test/helpers/isp.ts';

let town: TestProvider;
let home: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'simulate-'));
  town = await testProvider();
});
afterAll(async () => {
  await town.close();
  rmSync(home, { recursive: true });
});

/** Runs the command with lines typed ahead; at their end the caller hangs up. */
function simulate(typed: string, ...args: string[]): Promise<{ code: number | null; shown: string }> {
  // A setting is a full URL; the socket's folder in it comes before the host.
  const database = town.url.replace('@/', '@localhost/');
  const command = spawn(process.execPath, [join(import.meta.dirname, 'simulate.ts'), ...args], {
    env: { ...process.env, UIRAPURU_HOME: home, DATABASE_URL: database },
  });
  let shown = '';
  command.stdout.on('data', (data) => (shown += String(data)));
  command.stderr.on('data', (data) => (shown += String(data)));
  command.stdin.end(typed);
  return new Promise((resolve) => {
    command.on('close', (code) => resolve({ code, shown }));
  });
}

test('a call from a terminal unlocks a contract as a call from a phone would, and is in the log', async () => {
  const document = town.demo.find((one) => one.situation === 'suspended')?.document ?? '';
  const { code, shown } = await simulate('1\n', '--document', document);
  expect(shown).toMatch(
    /O seu acesso está suspenso[^]*> 1[^]*foi liberado por três dias[^]*The call is over \(caller_hung_up\)/,
  );
  expect(code).toBe(0);
  const { db, tenantId } = town.provider;
  const call = await db.selectFrom('call').selectAll().where('tenant_id', '=', tenantId).executeTakeFirstOrThrow();
  expect(call).toMatchObject({ end_reason: 'caller_hung_up', contract_id: String(town.contractOf('suspended')) });
  expect(call.protocols).toHaveLength(1);
});

test('a menu with a mistake: one clear sentence with the line, and an exit code', async () => {
  mkdirSync(join(home, 'flows'), { recursive: true });
  writeFileSync(join(home, 'flows', 'mine.yaml'), 'version: 1\nstart: nowhere\nperson: end\nnodes: {}\n');
  const { code, shown } = await simulate('');
  expect(shown).toContain('flows/mine.yaml:2: start leads to "nowhere", which is no node of this flow');
  expect(code).toBe(65);
});
