import { mkdtempSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterAll, expect, test } from 'vitest';
import { consoleApi } from '../../test/helpers/console.ts';
import { testDatabase } from '../../test/helpers/database.ts';
import { FakeChannel } from '../telephony/fake-telephony.ts';
import { createVoicemail } from '../voicemail/plugin.ts';
import { toneWav } from '../voicemail/wav.ts';
import { createHttpApp } from './plugin.ts';
import { voicemailRoutes } from './voicemail.ts';

const database = await testDatabase();
const { parts, access, http, gateOf } = consoleApi(database);
const metrics = new Registry();
const gate = gateOf(access, metrics);
const app = await createHttpApp({ ...http, gate, metrics });
const changed: number[] = [];
const voicemail = createVoicemail({
  ...parts,
  callLog: http.callLog,
  folder: mkdtempSync(join(tmpdir(), 'uira-voicemail-')),
  changed: async (id) => void changed.push(id),
  recorded: { fetch: (_, into) => writeFile(into, toneWav(440, 1500)), discard: async () => undefined },
  messaging: { sendEmail: async () => 'accepted' },
  timeZone: 'America/Sao_Paulo',
  reserveBytes: 0,
});
await app.register(async (api) => voicemailRoutes(api.withTypeProvider(), gate, voicemail), { prefix: '/api' });
afterAll(async () => {
  await app.close();
  await database.close();
});
const tenants = await database.db
  .insertInto('tenant')
  .values(['Um', 'Outro'].map((name) => ({ name, time_zone: 'America/Sao_Paulo' })))
  .returning('id')
  .execute();
const [tenantId = 0, theirs = 0] = tenants.map(({ id }) => id);
await database.db.insertInto('extension').values({ tenant_id: tenantId, number: '1001', password: 'x' }).execute();
const chief = await access.create(tenantId, { kind: 'api', name: 'operator', role: 'administrator' });
const foreign = await access.create(theirs, { kind: 'api', name: 'operator', role: 'administrator' });
const reader = await access.issueToken(tenantId, 'api', 'script');

async function ask(method: 'GET' | 'PATCH' | 'DELETE', path: string, payload?: object, token = chief.token) {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await app.inject({ method, url: `/api/${path}`, headers, ...(payload && { payload }) });
  return { status: answer.statusCode, answer };
}

test("an extension's mailbox is shown without its PIN, and changed by an administrator", async () => {
  const shown = { extension: '1001', enabled: false, email: null, hasPin: false, hasGreeting: false };
  const counts = { newMessages: 0, oldMessages: 0 };
  expect((await ask('GET', 'voicemail', undefined, reader)).answer.json()).toEqual({
    mailboxes: [{ ...shown, ...counts }],
  });
  const change = { enabled: true, email: 'ana@provedor.example', pin: '4711' };
  const { answer } = await ask('PATCH', 'extensions/1001/voicemail', change);
  expect(answer.json()).toEqual({ ...shown, ...counts, enabled: true, email: 'ana@provedor.example', hasPin: true });
  expect(changed).toEqual([tenantId]);
  expect((await ask('PATCH', 'extensions/1001/voicemail', { pin: null })).answer.json()).toMatchObject({
    enabled: true,
    hasPin: false,
  });
  for (const bad of [
    { pin: '12' },
    { pin: '12a4' },
    { email: 'ana@x, bia@y' },
    { email: 'x\r\nBcc: y@z' },
    { enabled: 1 },
  ]) {
    expect((await ask('PATCH', 'extensions/1001/voicemail', bad)).status).toBe(400);
  }
  expect((await ask('PATCH', 'extensions/1002/voicemail', { enabled: true })).status).toBe(404);
  expect((await ask('PATCH', 'extensions/1001/voicemail', { enabled: false }, reader)).status).toBe(403);
  expect((await ask('PATCH', 'extensions/1001/voicemail', { enabled: false }, foreign.token)).status).toBe(404);
});

test('messages are listed, fetched as they were spoken and deleted, by an administrator of the tenant alone', async () => {
  const channel = new FakeChannel(parts.clock, { callerNumber: '2001' });
  const callId = '7b3f3c1e-0000-4000-8000-000000000001';
  expect(await voicemail.messages.take(channel, { tenantId, extension: '1001' }, callId)).toBe('left');
  const path = 'extensions/1001/voicemail/messages';
  const { messages } = (await ask('GET', path)).answer.json();
  expect(messages).toMatchObject([{ callId, callerNumber: '2001', durationMs: 1500, heardAt: null }]);
  const one = `${path}/${messages[0].id}`;
  const { answer } = await ask('GET', `${one}/audio`);
  expect(answer.headers['content-type']).toBe('audio/x-wav');
  expect(answer.rawPayload.equals(toneWav(440, 1500))).toBe(true);
  for (const token of [reader, foreign.token]) {
    const status = token === reader ? 403 : 404;
    expect((await ask('GET', `${one}/audio`, undefined, token)).status).toBe(status);
    expect((await ask('GET', path, undefined, token)).status).toBe(status);
    expect((await ask('DELETE', one, undefined, token)).status).toBe(status);
  }
  expect((await ask('GET', `${path}/..%2f..%2fetc/audio`)).status).toBe(400);
  expect((await ask('DELETE', one)).status).toBe(204);
  expect((await ask('DELETE', one)).status).toBe(404);
  expect((await ask('GET', `${one}/audio`)).status).toBe(404);
});
