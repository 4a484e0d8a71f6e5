import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedHubsoft, servedHubsoft } from '../../../test/helpers/hubsoft.ts';
import { readConfig } from '../../config.ts';
import type { DemoSubscriber } from '../../isp/demo/service.ts';
import { ensureRuntime } from '../../telephony/asterisk/runtime/fetch-runtime.ts';
import { runtimeCommand } from '../../telephony/asterisk/runtime/runtime-root.ts';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const program = (name: string) => fileURLToPath(new URL(`../../../test/programs/${name}`, import.meta.url));

let hubsoft: ServedHubsoft;
let url: string;
let credentials: Record<'client_id' | 'client_secret' | 'username' | 'password', string>;
let subscriber: DemoSubscriber;
beforeAll(async () => {
  hubsoft = await servedHubsoft();
  await hubsoft.app.listen({ port: 0, host: '127.0.0.1' });
  url = `http://127.0.0.1:${(hubsoft.app.server.address() as AddressInfo).port}`;
  const { clientId, clientSecret = '', name, password } = hubsoft.user;
  credentials = { client_id: String(clientId), client_secret: clientSecret, username: name, password };
  const [first] = hubsoft.demo;
  if (first === undefined) throw new Error('There is no subscriber.');
  subscriber = first;
});
afterAll(() => hubsoft.close());

test('the PHP program of the documentation logs in and finds a subscriber', async () => {
  const root = await ensureRuntime({ cache: readConfig(process.env).cache }, 'test', () => undefined);
  const modules = join(root.path, 'usr/lib/php');
  const version = readdirSync(modules).find((name) => /^\d{8}$/.test(name)) ?? '';
  const { client_id, client_secret, username, password } = credentials;
  const settings = [`extension_dir=${join(modules, version)}`, 'extension=curl', 'display_errors=stderr'];
  const asked = [url, client_id, client_secret, username, password, subscriber.document];
  const line = ['-n', ...settings.flatMap((setting) => ['-d', setting]), program('hubsoft.php'), ...asked];
  const { file, args, env } = runtimeCommand(root, 'php', line);
  const { stdout, stderr } = await run(file, args, { env });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/\["status"\]=>\s+string\(7\) "success"/);
  expect(stdout).toContain(`"${subscriber.document}"`);
});

/** What is used of jsdom, whose own types would make every file think that it runs in a browser. */
interface Page {
  readonly window: { eval(script: string): void; close(): void; [name: string]: unknown };
}

test('the jQuery program of the documentation does so in a page of another origin', async () => {
  const { JSDOM } = require('jsdom') as { JSDOM: new (html: string, options: object) => Page };
  const { window } = new JSDOM('', { url: 'https://crm.example/', runScripts: 'outside-only' });
  const alerts: string[] = [];
  window['address'] = url;
  window['credentials'] = { grant_type: 'password', ...credentials, cpf: subscriber.document };
  const told = new Promise<void>((resolve) => {
    window['alert'] = (message: string) => {
      alerts.push(message);
      if (alerts.length === 2 || message.startsWith('error')) resolve();
    };
  });
  for (const script of [require.resolve('jquery'), program('hubsoft-login.js')]) {
    window.eval(readFileSync(script, 'utf8'));
  }
  await told;
  window.close();
  expect(alerts).toEqual([
    expect.stringMatching(/^TOKEN TYPE: Bearer \| ACCESS TOKEN: eyJ/),
    `Dados consultados com sucesso: ${subscriber.name}`,
  ]);
});

test('the guide’s lines work, and one of them reads the document of the API', async () => {
  const guide = readFileSync(new URL('../../../docs/integrations/hubsoft.md', import.meta.url), 'utf8');
  const lines = [...guide.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block = '']) =>
    block
      .replaceAll(/\\\n\s*/g, '')
      .trim()
      .split('\n'),
  );
  const online = await hubsoft.provider.db
    .selectFrom('contract')
    .select(['id', 'radius_login'])
    .where('id', '=', hubsoft.contractOf('active'))
    .executeTakeFirstOrThrow();
  const { client_id, client_secret, username, password } = credentials;
  const env = {
    PATH: process.env.PATH,
    URL: url,
    CLIENT_ID: client_id,
    CLIENT_SECRET: client_secret,
    EMAIL: username,
    PASSWORD: password,
    TOKEN: hubsoft.tokens.own,
    REFRESH_TOKEN: '',
    DOCUMENT: subscriber.document,
    SERVICE: String(online.id),
    LOGIN: online.radius_login ?? '',
    SUSPENDED: String(hubsoft.contractOf('suspended')),
    TICKET: '',
    PLAN: '',
    INVOICE: '',
  };
  const { db, tenantId } = hubsoft.provider;
  const app = { endpoint: 'https://push.example/1', expirationTime: null, keys: { p256dh: '', auth: '' } };
  const owner = db.selectFrom('subscriber').select('id').where('document', '=', subscriber.document);
  await hubsoft.push.register(tenantId, (await owner.executeTakeFirstOrThrow()).id, app);
  const answers = new Map<string, Record<string, unknown>>();
  for (const line of lines.filter((each) => each.startsWith('curl'))) {
    const { stdout } = await run('sh', ['-uc', line], { env });
    const answer = JSON.parse(stdout) as Record<string, unknown>;
    if (typeof answer['refresh_token'] === 'string') env.REFRESH_TOKEN = answer['refresh_token'];
    const { atendimento, servicos, faturas } = answer as {
      faturas?: { id_fatura: number; status?: string }[];
      atendimento?: { id_atendimento: number };
      servicos?: { id_servico: number }[];
    };
    if (atendimento !== undefined) env.TICKET = String(atendimento.id_atendimento);
    const open = faturas?.find(({ status }) => status === 'aguardando');
    if (open !== undefined) env.INVOICE = String(open.id_fatura);
    if (servicos?.[0] !== undefined) env.PLAN = String(servicos[0].id_servico);
    expect([line, answer]).toEqual([line, expect.not.objectContaining({ status: 'error' })]);
    expect([line, answer]).toEqual([line, expect.not.objectContaining({ error: expect.anything() })]);
    answers.set(line, answer);
  }
  const answered = [...answers].map(([line, answer]) => [/\$URL\/([^" ?]*)/.exec(line)?.[1], Object.keys(answer)[0]]);
  expect(answered).toEqual(
    expect.arrayContaining([
      ['oauth/token', 'access_token'],
      ['oauth/revoke', undefined],
      ['api/v1/integracao/cliente/financeiro', 'status'],
      ['api/v1/integracao/cliente/financeiro/enviar_push', 'status'],
      ['api/v1/integracao/pbx/ligacao/cancelar', 'status'],
      ['api/v1/integracao/prospecto', 'status'],
      ['api/v1/integracao/ordem_servico/todos', 'status'],
      ['api/v1/integracao/openapi.json', 'openapi'],
    ]),
  );
});
