import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { recordedTalks } from '../../test/helpers/recorded-talks.ts';
import { systemClock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { recordingName } from './recording-name.ts';
import { createRecordingRules } from './recording-rules.ts';

const talks = await recordedTalks();
const { database, tenantId, recordingsWith, talk, settled } = talks;
afterAll(() => database.close());

test('after the tenant’s days a recording goes with both files, but not one that is held', async () => {
  const parts = await recordingsWith();
  const [kept, old] = [talk(parts), talk(parts)];
  const rows = [await settled(kept), await settled(old)];
  expect(rows.map((row) => row.state)).toEqual(['stored', 'stored']);
  // The GSM is made for whoever asks for it first, and is as long as was said before.
  const asked = rows.flatMap(({ name }) => [parts.recordings.open(name, 'gsm'), parts.recordings.open(name, 'gsm')]);
  for (const file of await Promise.all(asked)) {
    expect(file?.bytes).toBe(rows[0]?.bytes);
    file?.stream.destroy();
  }
  const files = rows.flatMap(({ name }) =>
    ['wav', 'gsm'].map((kind) => join(parts.folder, String(tenantId), `${name}.${kind}`)),
  );
  expect(files.map((file) => existsSync(file))).toEqual([true, true, true, true]);
  await parts.recordings.hold(kept, true);
  expect(await parts.recordings.forgetOld()).toBe(0);
  const longAgo = new Date(Date.now() - 91 * 86_400_000);
  await database.db.updateTable('recording').set({ ended_at: longAgo }).execute();
  expect(await parts.recordings.forgetOld()).toBe(1);
  expect(files.map((file) => existsSync(file))).toEqual([true, true, false, false]);
  expect(await parts.recordings.open(rows[1]?.name ?? '', 'gsm')).toBeUndefined();
  await parts.recordings.hold(kept, false);
  expect(await parts.recordings.forgetOld()).toBe(1);
  await expect(parts.recordings.hold('00000000-0000-4000-8000-000000000000', true)).rejects.toThrow(/no recording/);
});

test('talks are recorded by trunk and by queue, whoever answers, and others are not', async () => {
  const parts = await recordingsWith();
  await parts.recordings.rules.set({ kind: 'trunk', subject: '7' }, true);
  await parts.recordings.rules.set({ kind: 'queue', subject: '033' }, true);
  const unrecorded = [
    talk(parts, { extension: '1002' }),
    talk(parts, { extension: '1002', trunkId: 8 }),
    talk(parts, { extension: '1002', queue: '034' }),
    // The number of a queue or a trunk is no extension's.
    talk(parts, { extension: '7' }),
  ];
  const byTrunk = talk(parts, { extension: '1002', trunkId: 7 });
  const byQueue = talk(parts, { extension: '1002', queue: '033' });
  expect((await settled(byTrunk)).name).toMatch(/-E-1002-/);
  expect((await settled(byQueue)).state).toBe('stored');
  const rows = await database.db.selectFrom('recording').select('name').where('call_id', 'in', unrecorded).execute();
  expect(rows).toEqual([]);
});

test('rules that somebody else changed count after they are read again', async () => {
  const parts = await recordingsWith();
  const beside = await createRecordingRules(database.db, tenantId);
  await beside.set({ kind: 'extension', subject: '1003' }, true);
  await parts.recordings.rules.refresh();
  expect((await settled(talk(parts, { extension: '1003' }))).state).toBe('stored');
});

test('where the disk is full the call goes on unrecorded, with an alarm', async () => {
  const parts = await recordingsWith({ reserveBytes: Number.MAX_SAFE_INTEGER });
  const callId = talk(parts);
  for (const tooLate = Date.now() + 5_000; Date.now() < tooLate; await systemClock.sleep(10)) {
    if ((await parts.metrics.metrics()).includes('reason="disk_full"} 1')) break;
  }
  expect(await parts.metrics.metrics()).toContain('uirapuru_recordings_lost_total{reason="disk_full"} 1');
  const rows = await database.db.selectFrom('recording').selectAll().where('call_id', '=', callId).execute();
  expect(rows).toEqual([]);
});

test('what the exchange cannot record is told of, and is no trouble of the call', async () => {
  const fails = async () => {
    throw new AppError('telephony_unavailable', 'Asterisk does not answer over ARI.');
  };
  for (const broken of [{ start: fails }, { finish: fails }]) {
    const parts = await recordingsWith({ recorder: broken });
    expect(await settled(talk(parts))).toMatchObject({ state: 'failed', bytes: null });
    expect(await parts.metrics.metrics()).toContain('reason="failed"} 1');
  }
});

test('two talks of one call with one extension have two names', async () => {
  const parts = await recordingsWith();
  const channelId = 'uirapuru-1764000003.77';
  const first = await settled(talk(parts, { channelId }));
  await database.db.updateTable('call').set({ channel_id: 'another' }).where('id', '=', first.call_id).execute();
  const row = await settled(talk(await recordingsWith(), { channelId }));
  expect(row.name).toBe(`${first.name}-2`);
});

test('nothing that came over the wire is a path in a name', () => {
  const talked = {
    startedAt: new Date('2021-01-10T14:30:43Z'),
    direction: 'internal',
    number: '972064460',
    extension: '2001',
    uniqueid: '1610289043.371',
  } as const;
  const zone = 'America/Sao_Paulo';
  expect(recordingName(talked, zone)).toBe('2021/01/10/972064460-S-2001-1610289043.371');
  for (const number of ['../../etc/passwd', '', '..', 'a/b\0c', 'x'.repeat(500), '$(id)', '+5534999990000']) {
    const name = recordingName({ ...talked, direction: 'inbound', number }, zone);
    expect(name).toMatch(/^2021\/01\/10\/[0-9A-Za-z.]+-E-2001-1610289043\.371$/);
    expect(name).not.toContain('..');
  }
});
