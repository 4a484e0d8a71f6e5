import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { testDatabase } from '../../test/helpers/database.ts';
import type { OpenCall } from '../calls/service.ts';
import { systemClock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { systemIds } from '../kernel/ids.ts';
import { silentLogger } from '../kernel/logger.ts';
import type { EmailMessage } from '../messaging/service.ts';
import { FakeChannel } from '../telephony/fake-telephony.ts';
import { createVoicemail } from './plugin.ts';
import { toneWav } from './wav.ts';

const database = await testDatabase();
const { db } = database;
afterAll(() => database.close());
const folder = mkdtempSync(join(tmpdir(), 'uira-voicemail-'));
const tenants = await db
  .insertInto('tenant')
  .values(['Um', 'Outro'].map((name) => ({ name, time_zone: 'America/Sao_Paulo' })))
  .returning('id')
  .execute();
const [tenantId = 0, otherId = 0] = tenants.map(({ id }) => id);
await db
  .insertInto('extension')
  .values([tenantId, otherId].map((tenant_id) => ({ tenant_id, number: '1001', password: 'secret-word' })))
  .execute();

/** What the exchange recorded: each name's file, or why it cannot be had. */
let spoken: Buffer | AppError;
let mails: EmailMessage[];
let goingOn: string[];
let now: Date;
const clock = { ...systemClock, now: () => now };
const parts = {
  db,
  folder,
  clock,
  ids: systemIds,
  logger: silentLogger,
  timeZone: 'America/Sao_Paulo',
  reserveBytes: 0,
  changed: async () => undefined,
  recorded: {
    fetch: async (_: string, into: string) => {
      if (spoken instanceof AppError && spoken.code === 'not_found') throw spoken;
      // A disk that is full takes the beginning.
      await writeFile(into, spoken instanceof AppError ? 'RIFF' : spoken);
      if (spoken instanceof AppError) throw spoken;
    },
    discard: async () => undefined,
  },
  messaging: { sendEmail: async (mail: EmailMessage) => (mails.push(mail), 'accepted' as const) },
  callLog: { openCalls: async () => goingOn.map((id) => ({ id }) as OpenCall) },
};
const { boxes, messages } = createVoicemail(parts);
const box = { tenantId, extension: '1001' };
const call = () => systemIds.uuid();
const take = (callId = call()) =>
  messages.take(new FakeChannel(clock, { callerNumber: '+5534999990000' }), box, callId);
const sounds = () => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.wav'));

beforeEach(async () => {
  [spoken, mails, goingOn, now] = [toneWav(440, 1500), [], [], new Date('2026-11-21T15:30:00Z')];
  for (const { id } of await messages.list(box)) await messages.remove(box, id);
  await db.deleteFrom('voicemail_message').execute();
  await boxes.change(box, { enabled: true, email: 'ana@provedor.example' });
});

test('a message is kept and sent, and is its tenant alone to hear', async () => {
  expect(await take()).toBe('left');
  const [message] = await messages.list(box);
  expect(message).toMatchObject({ callerNumber: '+5534999990000', durationMs: 1500, heardAt: null });
  expect(mails).toMatchObject([{ to: 'ana@provedor.example', subject: 'Recado de +5534999990000 para o ramal 1001' }]);
  expect(mails[0]?.text).toContain('Quando: 21/11/2026 às 12:30\nDuração: 2 s');
  expect(mails[0]?.attachments).toMatchObject([{ filename: 'recado-2026-11-21-12h30.wav', content: spoken }]);
  const { id = '' } = message ?? {};
  const theirs = { tenantId: otherId, extension: '1001' };
  await expect(messages.sound(theirs, id)).rejects.toMatchObject({ code: 'not_found' });
  await expect(messages.remove(theirs, id)).rejects.toMatchObject({ code: 'not_found' });
  expect(await messages.sound(box, id)).toContain(`${tenantId}/1001/${id}.wav`);
});

test('less than a second, silence, or nothing at all is no message', async () => {
  for (const nothing of [toneWav(440, 900), toneWav(440, 3000).fill(0, 44), new AppError('not_found', 'none')]) {
    spoken = nothing;
    expect(await take()).toBe('nothing');
  }
  expect([await messages.list(box), mails, sounds()]).toEqual([[], [], []]);
});

test('a disk that is full leaves no half file, and what was said is kept once there is room and the call is over', async () => {
  spoken = new AppError('disk_full', 'no space left on device');
  const callId = call();
  expect(await take(callId)).toBe('failed');
  expect(sounds()).toEqual([]);
  expect(
    existsSync(join(folder, String(tenantId), '1001')) && readdirSync(join(folder, String(tenantId), '1001')),
  ).toEqual([]);
  spoken = toneWav(440, 1500);
  goingOn = [callId];
  await messages.upkeep();
  expect(await messages.list(box)).toEqual([]);
  goingOn = [];
  await messages.upkeep();
  await messages.upkeep();
  expect([(await messages.list(box)).length, mails.length]).toEqual([1, 1]);
});

test('nobody is asked to speak where it could not be kept', async () => {
  expect(await messages.readiness(box, call())).toEqual({ kind: 'ready', greeting: undefined });
  const full = createVoicemail({ ...parts, reserveBytes: Number.MAX_SAFE_INTEGER });
  expect(await full.messages.readiness(box, call())).toEqual({ kind: 'full' });
  const hundred = Array.from({ length: 100 }, () => ({
    tenant_id: tenantId,
    id: systemIds.uuid(),
    extension: '1001',
    call_id: systemIds.uuid(),
    caller_number: '',
    state: 'stored',
    started_at: now,
    duration_ms: 1,
    bytes: 1,
  }));
  await db.insertInto('voicemail_message').values(hundred).execute();
  expect(await messages.readiness(box, call())).toEqual({ kind: 'full' });
  await boxes.change(box, { enabled: false });
  expect(await messages.readiness(box, call())).toEqual({ kind: 'off' });
});

test("messages go when the tenant's days are over", async () => {
  await take();
  expect(sounds()).toHaveLength(1);
  now = new Date(now.getTime() + 90 * 86_400_000);
  await messages.upkeep();
  expect(await messages.list(box)).toHaveLength(1);
  now = new Date(now.getTime() + 1);
  await messages.upkeep();
  expect([await messages.list(box), sounds()]).toEqual([[], []]);
});

test('after five wrong PINs none opens a mailbox for a quarter of an hour, and without a PIN none does', async () => {
  expect(await boxes.opens(box, '')).toBe(false);
  await boxes.change(box, { pin: '4711' });
  for (let i = 0; i < 4; i++) expect(await boxes.opens(box, '0000')).toBe(false);
  expect(await boxes.opens(box, '4711')).toBe(true);
  for (let i = 0; i < 5; i++) expect(await boxes.opens(box, '0000')).toBe(false);
  expect(await boxes.opens(box, '4711')).toBe(false);
  now = new Date(now.getTime() + 15 * 60_000 + 1);
  expect(await boxes.opens(box, '4711')).toBe(true);
  await boxes.change(box, { pin: null });
  expect(await boxes.opens(box, '4711')).toBe(false);
});
