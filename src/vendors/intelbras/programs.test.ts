import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedIntelbras, servedIntelbras } from '../../../test/helpers/intelbras.ts';
import { readConfig } from '../../config.ts';
import { systemClock } from '../../kernel/clock.ts';
import { ensureCertificate } from '../../telephony/asterisk/runtime/certificate.ts';
import { ensureRuntime } from '../../telephony/asterisk/runtime/fetch-runtime.ts';
import { runtimeCommand } from '../../telephony/asterisk/runtime/runtime-root.ts';

const run = promisify(execFile);
const program = (name: string) => fileURLToPath(new URL(`../../../test/programs/${name}`, import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'uira-pbx-'));

let pbx: ServedIntelbras;
let https: Server;
let url: string;
let certificate: string;
let args: readonly string[];
let env: Record<string, string | undefined>;
beforeAll(async () => {
  pbx = await servedIntelbras();
  await pbx.app.ready();
  const files = await ensureCertificate({ home, bind: '127.0.0.1' });
  ({ certificate } = files);
  const [cert, key] = [readFileSync(certificate), readFileSync(files.privateKey)];
  https = createServer({ cert, key }, (request, response) => pbx.app.routing(request, response));
  await new Promise<void>((resolve) => {
    https.listen(0, '127.0.0.1', resolve);
  });
  url = `https://127.0.0.1:${(https.address() as AddressInfo).port}`;
  const { login, password, token } = pbx.instance;
  args = [url, login, password, token];
  env = { PATH: process.env['PATH'], URL: url, LOGIN: login, SENHA: password, TOKEN: token };
  pbx.telephony.phones.set('2002', systemClock);
  const at = new Date(Date.now() - 5_000);
  const call = { tenantId: pbx.tenantId, channelId: 'uirapuru-1764000000.5', callerNumber: '2001', dialled: '2002' };
  pbx.callLog.close(pbx.callLog.open({ ...call, direction: 'internal', startedAt: at }), {
    reason: 'not_answered',
    at,
  });
});
afterAll(async () => {
  https.closeAllConnections();
  https.close();
  await pbx.close();
});

const everyExtension = '2001 Not in use\n2002 Not in use\n2003 Not in use\n';

test('the Python program of the manual reads calls', async () => {
  const python = { ...env, PYTHONPATH: program('python'), REQUESTS_CA_BUNDLE: certificate };
  const { stdout } = await run('python3', ['-B', program('pbx-report.py'), ...args], { env: python });
  const [code, rows = ''] = stdout.split('\n');
  expect(code).toBe('200');
  expect(JSON.parse(rows)).toMatchObject([{ uniqueid: '1764000000.5', numero: '2002' }]);
});

test('the PHP program of the manual reads extensions', async () => {
  const root = await ensureRuntime({ cache: readConfig(process.env).cache }, 'test', () => undefined);
  const modules = join(root.path, 'usr/lib/php');
  const version = readdirSync(modules).find((name) => /^\d{8}$/.test(name)) ?? '';
  const settings = [`extension_dir=${join(modules, version)}`, 'extension=curl', 'display_errors=stderr'];
  const line = ['-n', ...settings.flatMap((setting) => ['-d', setting]), program('pbx-extensions.php'), ...args];
  const php = runtimeCommand(root, 'php', line);
  const { stdout, stderr } = await run(php.file, php.args, { env: php.env });
  expect([stderr, stdout]).toEqual(['', everyExtension]);
});

test('the JavaScript program of the manual does so in a page', async () => {
  const [, login, senha, token] = args;
  const page = `
    const { JSDOM } = require('jsdom');
    const { window } = new JSDOM('', { url: ${JSON.stringify(url)}, runScripts: 'outside-only' });
    window.address = ${JSON.stringify(url)};
    window.credentials = ${JSON.stringify({ login, senha, token })};
    window.told = (text) => { console.log(text); window.close(); };
    window.eval(require('fs').readFileSync(${JSON.stringify(program('pbx-extensions.js'))}, 'utf8'));`;
  const cwd = fileURLToPath(new URL('../../../', import.meta.url));
  const { stdout } = await run(process.execPath, ['-e', page], {
    cwd,
    env: { ...env, NODE_EXTRA_CA_CERTS: certificate },
  });
  expect(stdout).toMatch(/^200 \[\{"Ramal":"2001","Status":"Not in use"/);
});

test('the curl program of the manual places a call', async () => {
  const { stdout } = await run('sh', [program('pbx-click.sh')], { env });
  expect(JSON.parse(stdout)).toEqual(['Status', 'CHAMADA OK', 'ID', expect.stringMatching(/^2002_\d{14}_\d{6}$/)]);
});

test('each line of the guide works', async () => {
  const name = '2026/11/21/2001-S-2002-1764000000.5';
  const path = join(home, 'stored.gsm');
  writeFileSync(path, 'the talk');
  pbx.recorded.set('any', { name, bytes: 8, path });
  const guide = readFileSync(new URL('../../../docs/integrations/intelbras.md', import.meta.url), 'utf8');
  const lines = [...guide.matchAll(/```sh\n(curl .*)\n```/g)].map((match) => match[1] ?? '');
  const answers: string[] = [];
  for (const line of lines) {
    const { stdout } = await run('sh', ['-c', line], { cwd: home, env: { ...env, GRAVACAO: name } });
    answers.push(stdout.replace(/^\[\{.*\}\]$/, 'rows').replace(/"ID".*/, 'an id'));
  }
  expect(answers).toEqual([
    'rows',
    'rows',
    '[]',
    '[]',
    '["Status","ERRO: RAMAL INDISPONIVEL"]',
    '["Status","OK"]',
    '',
    '["Status","CHAMADA NAO ENCONTRADA"]',
    '["Status","RAMAL NAO CADASTRADO"]',
  ]);
  expect(readFileSync(join(home, 'talk.gsm'), 'utf8')).toBe('the talk');
});
