import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, fetch } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import { keyTone, loudestKeyTone } from './key-tone.ts';
import { fromALaw } from './rtp.ts';
import { RtpPhone } from './rtp-phone.ts';
import { type MediaDescription, Scenario } from './scenario.ts';
import { type PhoneRun, runSipp, startSipp } from './sipp.ts';
import { level } from './sound-file.ts';

let system: TestSystem;
const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
const api = async (method: string, path: string, body?: object) => {
  const answer = await fetch(`http://127.0.0.1:${system.httpPort}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${system.demo.api.token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
};

beforeAll(async () => {
  system = await TestSystem.start();
  const scenario = new Scenario().register(system.account('1001'));
  await runSipp({ scenario, target: target(), port: system.phonePorts + 1 });
  await api('PUT', '/api/recording-rules/1001');
});
afterAll(async () => {
  await dispatcher.close();
  await system.stop();
});

const target = () => `127.0.0.1:${system.sipPort}`;
const mediaOf = (line: number): MediaDescription & { port: number } => ({ port: system.phonePorts + 50 + 2 * line });

interface Talk {
  readonly caller: RtpPhone;
  readonly agent: RtpPhone;
  readonly runs: readonly PhoneRun[];
  readonly hangUp: () => Promise<void>;
}

/** 2001 calls 1001, who answers at once. @param keys how the caller's phone tells of keys */
async function talk(keys?: MediaDescription['keys']): Promise<Talk> {
  const account = system.account('2001');
  const [caller, agent] = [await RtpPhone.open(mediaOf(0).port), await RtpPhone.open(mediaOf(1).port)];
  const answering = new Scenario().ring().answerAfter(100, mediaOf(1)).untilHungUp(60_000);
  const answered = await startSipp({ scenario: answering, target: target(), port: system.phonePorts + 1 });
  const calling = new Scenario().call(account, '1001', { ...mediaOf(0), ...(keys && { keys }) }).untilHungUp(60_000);
  const called = await startSipp({ scenario: calling, target: target(), port: system.phonePorts });
  caller.sendTo(await called.when('answered'));
  agent.sendTo(await answered.when('answered'));
  return {
    caller,
    agent,
    runs: [called, answered],
    hangUp: async () => {
      await called.hangUp();
      await answered.finished;
      caller.close();
      agent.close();
    },
  };
}

async function pbx(acao: string, fields: object = {}): Promise<Record<string, string>[]> {
  const body = JSON.stringify({ acao, ...system.demo.intelbras, ...fields });
  const answer = await fetch(`https://127.0.0.1:${system.httpPort + 1}/api.php`, { method: 'POST', body, dispatcher });
  return (await answer.json()) as Record<string, string>[];
}

async function runningName(): Promise<Record<string, string>> {
  for (const tooLate = Date.now() + 5_000; Date.now() < tooLate; await sleep(50)) {
    const row = (await pbx('statusramais')).find((one) => one['Ramal'] === '1001');
    if ((row?.['GRAVACAO'] ?? '') !== '') return row ?? {};
  }
  throw new Error('Nothing is being recorded.');
}

async function stored(name: string) {
  const { db } = await system.database();
  for (const tooLate = Date.now() + 10_000; Date.now() < tooLate; await sleep(50)) {
    const row = await db.selectFrom('recording').selectAll().where('name', '=', name).executeTakeFirst();
    if (row?.state === 'stored') return row;
  }
  throw new Error(`${name} was not stored: ${system.log.slice(-2_000)}`);
}

/** 20 ms of one side of a stored file after the other: how loud it is, and the loudest tone of a key in it. */
function heardOf(file: string, side: 1 | 2): { loudness: number; tone: number }[] {
  const sound = readFileSync(file).subarray(44);
  const samples = Array.from({ length: sound.length / 4 }, (_, i) => sound.readInt16LE(i * 4 + (side - 1) * 2));
  return Array.from({ length: Math.floor(samples.length / 160) }, (_, i) => {
    const part = samples.slice(i * 160, (i + 1) * 160);
    const loudness = Math.sqrt(part.reduce((sum, each) => sum + each * each, 0) / part.length) / 32_768;
    return { loudness, tone: loudestKeyTone(part) };
  });
}

/** The longest stretch without a sound; a packet that came too late makes short ones. */
function longestSilence(loudness: readonly number[]): { begin: number; end: number } {
  let longest = { begin: 0, end: 0 };
  let begin = 0;
  for (const [at, loud] of [...loudness, 1].entries()) {
    if (loud < 0.01) continue;
    if (at - begin > longest.end - longest.begin) longest = { begin, end: at };
    begin = at + 1;
  }
  return longest;
}

function count(isLoud: readonly boolean[] = []): number {
  return isLoud.filter(Boolean).length;
}

test('a talk is recorded in stereo, its name known while it lasts, paused where a person asks, and played by a program', async () => {
  const { caller, agent, hangUp } = await talk();
  const row = await runningName();
  expect(row['GRAVACAO']).toMatch(new RegExp(`^\\d{4}/\\d{2}/\\d{2}/1001-S-2001-${row['IDCHAMADA']}$`));
  caller.speak(true);
  await sleep(1_000);
  caller.speak(false);
  agent.speak(true);
  await sleep(1_000);
  const { calls } = JSON.parse((await api('GET', '/api/calls?limit=1')).text) as { calls: { id: string }[] };
  const recording = `/api/calls/${calls[0]?.id}/recording`;
  expect((await api('POST', recording, { act: 'pause' })).status).toBe(200);
  const pausedAt = Date.now();
  await sleep(1_000);
  const pausedMs = Date.now() - pausedAt;
  expect((await api('POST', recording, { act: 'resume' })).status).toBe(200);
  await sleep(700);
  await hangUp();
  const name = row['GRAVACAO'] ?? '';
  const { sha256, bytes } = await stored(name);
  const folder = join(system.home, 'recordings', '1');
  const wav = join(folder, `${name}.wav`);
  expect(createHash('sha256').update(readFileSync(wav)).digest('hex')).toBe(sha256);
  const told = await pbx('statusreport', { id: row['IDCHAMADA'] });
  expect(told[0]).toMatchObject({ gravacao: name, tamanho_gravacao: String(bytes) });

  // Where the caller speaks the agent is silent, and the other way round.
  const [ofCaller, ofAgent] = ([1, 2] as const).map((side) => heardOf(wav, side).map(({ loudness }) => loudness > 0.1));
  expect(count(ofCaller)).toBeGreaterThan(35);
  expect(count(ofAgent)).toBeGreaterThan(60);
  expect(count(ofCaller?.map((isLoud, at) => isLoud && ofAgent?.[at] === true))).toBeLessThan(5);
  // The agent spoke on through the pause, of which nothing is heard.
  const spoken = (ofAgent ?? []).slice(ofAgent?.indexOf(true), (ofAgent?.lastIndexOf(true) ?? 0) + 1);
  const pause = longestSilence(spoken.map(Number));
  expect((pause.end - pause.begin) * 20).toBeGreaterThan(pausedMs - 300);
  expect(count(spoken.slice(0, pause.begin))).toBeGreaterThan(20);
  expect(count(spoken.slice(pause.end))).toBeGreaterThan(20);

  const listed = JSON.parse((await api('GET', `/api/calls/${calls[0]?.id}/recordings`)).text);
  expect(listed).toMatchObject({
    recordings: [{ name, state: 'stored', sha256, bytes, held: false, archivedAt: null }],
  });
  const whole = await system.api(`/api/recordings/${name}.wav`);
  expect(
    createHash('sha256')
      .update(Buffer.from(await whole.arrayBuffer()))
      .digest('hex'),
  ).toBe(sha256);
  expect((await system.api(`/api/recordings/${name}1.wav`)).status).toBe(404);
  const file = await fetch(`https://127.0.0.1:${system.httpPort + 1}/gravador28/${name}.gsm`, { dispatcher });
  const gsm = Buffer.from(await file.arrayBuffer());
  expect(gsm.length).toBe(bytes);
  writeFileSync(join(system.home, 'played.gsm'), gsm);
  expect(await level(join(system.home, 'played.gsm'), 1, 0, 3)).toBeGreaterThan(0.05);
});

test('digits keyed in a talk, by tones or by events, are in no recording, and neither is what is said meanwhile', async () => {
  const { caller, agent, hangUp } = await talk('tones');
  const { GRAVACAO: name = '' } = await runningName();
  agent.speak(true);
  caller.speak(true);
  await sleep(1_800);
  await caller.pressTones('529');
  await sleep(1_500);
  await agent.press('7');
  await sleep(3_600);
  await hangUp();
  await stored(name);
  // What the measure makes of the tones themselves.
  const [tone] = keyTone('5', 1);
  expect(loudestKeyTone([...(tone ?? [])].map(fromALaw))).toBeGreaterThan(0.1);

  for (const side of [1, 2] as const) {
    const heard = heardOf(join(system.home, 'recordings', '1', `${name}.wav`), side);
    expect(Math.max(...heard.map(({ tone }) => tone))).toBeLessThan(0.05);
    const { begin, end } = longestSilence(heard.map(({ loudness }) => loudness));
    // From a second before the first key to three after the last, and both sides of that are heard.
    expect((end - begin) / 50).toBeGreaterThan(5.5);
    expect((end - begin) / 50).toBeLessThan(7.5);
    for (const around of [heard.slice(0, begin), heard.slice(end)]) {
      expect(around.filter(({ loudness }) => loudness > 0.1).length).toBeGreaterThan(10);
    }
  }
});

test('an administrator says who is recorded, and for how many days', async () => {
  expect(JSON.parse((await api('GET', '/api/recording-settings')).text)).toEqual({ days: 90 });
  expect((await api('PUT', '/api/recording-settings', { days: 0 })).status).toBe(400);
  expect((await api('PUT', '/api/recording-settings', { days: 30 })).status).toBe(200);
  expect((await api('PUT', '/api/recording-rules/trunk/3')).status).toBe(204);
  expect((await api('PUT', '/api/recording-rules/queue/033')).status).toBe(204);
  expect(JSON.parse((await api('GET', '/api/recording-rules')).text)).toEqual({
    extensions: ['1001'],
    trunks: ['3'],
    queues: ['033'],
  });
  expect((await api('DELETE', '/api/recording-rules/trunk/3')).status).toBe(204);
  expect(JSON.parse((await api('GET', '/api/recording-rules')).text)).toMatchObject({ trunks: [] });
  expect(JSON.parse((await api('GET', '/api/recording-settings')).text)).toEqual({ days: 30 });
});

test('a control plane that is killed in a talk stores its recording whole', async () => {
  const { caller, hangUp } = await talk();
  const { GRAVACAO: name = '' } = await runningName();
  await system.killControlPlane();
  caller.speak(true);
  await system.startControlPlane();
  await sleep(300);
  await hangUp();
  await stored(name);
  expect(existsSync(join(system.home, 'recordings', '1', `${name}.wav`))).toBe(true);
});
