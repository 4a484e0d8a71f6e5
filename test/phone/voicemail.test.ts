import { setTimeout as sleep } from 'node:timers/promises';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { VoicemailBox, VoicemailMessage } from '../../src/voicemail/schemas.ts';
import { type Mailbox, openMailbox } from '../helpers/mailbox.ts';
import { TestSystem } from '../helpers/system.ts';
import { Caller } from './caller.ts';

let system: TestSystem;
let mail: Mailbox;
const box = '/api/extensions/1001/voicemail';

beforeAll(async () => {
  mail = await openMailbox();
  system = await TestSystem.start({ SMTP_URL: `${mail.url}?from=uira@provedor.example` });
  await change({ enabled: true, email: 'ana@provedor.example', pin: '4711' });
});
afterAll(async () => {
  await system.stop();
  await mail.close();
});

async function change(settings: object): Promise<VoicemailBox> {
  const answer = await system.api(box, 'PATCH', settings);
  expect(answer.status).toBe(200);
  return (await answer.json()) as VoicemailBox;
}

async function messages(): Promise<VoicemailMessage[]> {
  return ((await (await system.api(`${box}/messages`)).json()) as { messages: VoicemailMessage[] }).messages;
}

const deleteAll = async () => {
  for (const { id } of await messages()) await system.api(`${box}/messages/${id}`, 'DELETE');
};

/** Waits until a message is being recorded. */
async function recording(): Promise<void> {
  const { db } = await system.database();
  const open = () => db.selectFrom('voicemail_message').select('id').where('state', '=', 'recording').execute();
  await expect.poll(open, { timeout: 10_000 }).toHaveLength(1);
}

/** How many milliseconds of the phones' tone, the loudest sample of each sign in turn, are in a WAV file. */
function toneMs(wav: Uint8Array): number {
  const samples = Buffer.from(wav.buffer, wav.byteOffset, wav.byteLength).subarray(44);
  let loud = 0;
  for (let i = 2; i + 1 < samples.length; i += 2) {
    const [last, next] = [samples.readInt16LE(i - 2), samples.readInt16LE(i)];
    if (Math.abs(next) > 20_000 && Math.sign(last) !== Math.sign(next)) loud += 1;
  }
  return loud / 8;
}

/** Says something loud for a while. */
async function speak({ phone }: Caller, ms: number): Promise<void> {
  phone.speak(true);
  await sleep(ms);
  phone.speak(false);
}

/** Waits until the phone hears its like speak. */
async function hearsTone({ phone }: Caller): Promise<void> {
  const from = performance.now();
  await expect.poll(() => phone.since(from).some(({ loudness }) => loudness > 0.5), { timeout: 10_000 }).toBe(true);
}

/** Calls, passes over the greeting, and speaks after the tone. */
async function leave(dialled: string, speakMs: number): Promise<Caller> {
  const caller = await Caller.call(system, dialled);
  await caller.answers('voicemail_greeting', '#');
  await recording();
  await speak(caller, speakMs);
  return caller;
}

test('a message left for who does not answer comes by mail with what was said, is heard by *97, and is deleted', async () => {
  const caller = await leave('1001', 2_000);
  await caller.press('#');
  await caller.hears('voicemail_left');
  await caller.hangUp();
  await expect.poll(() => mail.received).toHaveLength(1);
  const letter = await new PostalMime().parse(mail.received[0] ?? '');
  expect(letter.to).toMatchObject([{ address: 'ana@provedor.example' }]);
  expect(letter.subject).toBe('Recado de 2001 para o ramal 1001');
  const attached = letter.attachments[0]?.content as ArrayBuffer;
  expect(letter.attachments).toMatchObject([{ mimeType: 'audio/x-wav' }]);
  expect(toneMs(new Uint8Array(attached))).toBeGreaterThan(1_500);

  const [message] = await messages();
  const call = await caller.record();
  expect(message).toMatchObject({ callId: call.id, callerNumber: '2001', heardAt: null });
  expect(call.steps.map(({ flow, node, exit }) => [flow, node, exit])).toContainEqual(['recado', 'message', 'left']);
  const audio = await system.api(`${box}/messages/${message?.id}/audio`);
  expect(Buffer.from(await audio.arrayBuffer()).equals(Buffer.from(attached))).toBe(true);

  const reader = await Caller.call(system, '*97', { extension: '1001', line: 1 });
  await reader.answers('voicemail_new', '1');
  await reader.hears('voicemail_received');
  await hearsTone(reader);
  expect((await messages())[0]?.heardAt).not.toBeNull();
  await reader.press('3');
  await reader.hears('voicemail_deleted');
  await reader.hangUp();
  expect(await messages()).toEqual([]);
});

test('from another phone a mailbox asks for its PIN, and a greeting recorded there is what callers hear', async () => {
  const owner = await Caller.call(system, '*971001');
  await owner.answers('voicemail_pin', '0000#');
  await owner.hears('voicemail_pin_wrong');
  await owner.answers('voicemail_pin', '4711#');
  await owner.answers('voicemail_none_new', '3');
  await owner.hears('voicemail_greeting_record');
  await owner.press('#');
  await owner.phone.hears('sound');
  // The tone is over, and it is recorded, long before this is.
  await speak(owner, 3_000);
  await owner.press('#');
  await owner.hears('voicemail_greeting_kept');
  await owner.hangUp();
  expect((await (await system.api(box)).json()) as VoicemailBox).toMatchObject({ hasPin: true, hasGreeting: true });

  const caller = await Caller.call(system, '*981001');
  await hearsTone(caller);
  expect(caller.didHear('voicemail_greeting')).toBe(false);
  await caller.hangUp();
  await system.api(`${box}/greeting`, 'DELETE');
});

test('outside its hours an extension does not ring, and a number takes a message, which who hangs up after speaking has left', async () => {
  await system.api('/api/opening-hours/noite', 'PUT', { weekly: {} });
  const entry = { target: '1002', hours: 'noite', closedTarget: '*981001' };
  expect((await system.api('/api/inbound-numbers/5000', 'PUT', entry)).status).toBe(200);
  expect((await system.api('/api/extensions/1001', 'PATCH', { hours: 'noite' })).status).toBe(200);
  const closed = await Caller.call(system, '1001');
  await closed.hears('voicemail_greeting');
  await closed.hangUp();
  const caller = await leave('5000', 1_500);
  await caller.hangUp();
  await expect.poll(messages).toHaveLength(1);
  await deleteAll();
});

test('a control plane that is killed in the middle of a message loses nothing of it, and the caller can end it', async () => {
  const caller = await leave('*981001', 1_000);
  caller.phone.speak(true);
  await system.killControlPlane();
  await system.startControlPlane();
  await sleep(500);
  caller.phone.speak(false);
  await caller.press('#');
  await caller.hears('voicemail_left');
  await caller.hangUp();
  const [message] = await messages();
  const audio = await system.api(`${box}/messages/${message?.id}/audio`);
  expect(toneMs(new Uint8Array(await audio.arrayBuffer()))).toBeGreaterThan(1_800);
});
