import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PhoneBank } from '../../bench/queues/phone-bank.ts';
import { type Extension, newExtension } from '../../src/exchange/schemas.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemIds } from '../../src/kernel/ids.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import type { AsteriskTelephony } from '../../src/telephony/asterisk/asterisk-telephony.ts';
import { createPhoneStates } from '../../src/telephony/asterisk/phone-states.ts';
import { createProvisioner } from '../../src/telephony/asterisk/provisioner.ts';
import { createRegistrations } from '../../src/telephony/asterisk/registrations.ts';
import type { Channel, RingResult } from '../../src/telephony/port.ts';
import { startExchange, type TestExchange, telephonyOf, testExtensions } from './exchange.ts';
import { Phones, tone } from './phones.ts';
import { Scenario } from './scenario.ts';
import { type PhoneRun, runSipp, type SippResult } from './sipp.ts';

let exchange: TestExchange;
let telephony: AsteriskTelephony;
const phones = new Phones(() => exchange);

beforeAll(async () => {
  exchange = await startExchange();
});
afterAll(() => exchange.stop());
afterEach(() => phones.putAway());

/** Starts listening for the first call that comes. */
async function nextCall(): Promise<{ call: Promise<Channel> }> {
  const arrived = Promise.withResolvers<Channel>();
  telephony = telephonyOf(exchange.asterisk);
  await telephony.start({
    incoming: async (channel) => arrived.resolve(channel),
    found: async () => undefined,
    reconciled: async () => undefined,
  });
  phones.afterwards(() => telephony.stop());
  return { call: arrived.promise };
}

describe('a phone', () => {
  test('registers with its password', async () => {
    const scenario = new Scenario().register(exchange.account('100')).register(exchange.account('100'), 0);
    expect(await runSipp({ scenario, target: exchange.target, port: phones.sipPort() })).toMatchObject({
      successful: 1,
    });
  });

  test('is refused with a wrong password', async () => {
    const scenario = new Scenario().registerInVain({ user: '100', password: 'wrong' });
    expect(await runSipp({ scenario, target: exchange.target, port: phones.sipPort() })).toMatchObject({
      successful: 1,
    });
  });

  test('that was taken off the exchange is refused', async () => {
    const scenario = new Scenario().registerInVain({ user: '199', password: 'secret-of-199' });
    expect(await runSipp({ scenario, target: exchange.target, port: phones.sipPort() })).toMatchObject({
      successful: 1,
    });
  });
});

const only = (extensions: readonly Extension[]) => ({ tenantId: 1, domain: null, extensions, trunks: [] });

describe('the extensions in Asterisk', () => {
  test('are pushed once, healed when they drifted, and removed when they are no more', async () => {
    const provisioner = createProvisioner({ address: exchange.asterisk, logger: silentLogger });
    expect(await provisioner.reconcile([only(testExtensions)])).toBe(0);
    const guest = { ...testExtensions[0], number: '190', password: 'a-secret', kind: 'both' } as Extension;
    expect(await provisioner.reconcile([only([...testExtensions, guest])])).toBe(6);
    const registers = (password: string): Scenario =>
      new Scenario().register({ user: '190', password }).register({ user: '190', password }, 0);
    const attempt = (scenario: Scenario): Promise<SippResult> =>
      runSipp({ scenario, target: exchange.target, port: phones.sipPort() });
    expect(await attempt(registers('a-secret'))).toMatchObject({ successful: 1 });
    const changed: Extension = { ...guest, password: 'another-secret', kind: 'sip' };
    await provisioner.reconcile([only([...testExtensions, changed])]);
    expect(await attempt(registers('another-secret'))).toMatchObject({ successful: 1 });
    expect(await provisioner.reconcile([only([...testExtensions, changed])])).toBe(0);
    await provisioner.reconcile([only(testExtensions)]);
    expect(await attempt(new Scenario().registerInVain({ user: '190', password: 'another-secret' }))).toMatchObject({
      successful: 1,
    });
  });

  test('are all shown with the phones that registered while they were pushed, also when they were changed and made anew', async () => {
    const provisioner = createProvisioner({ address: exchange.asterisk, logger: silentLogger });
    const numbers = Array.from({ length: 60 }, (_, n) => String(300 + n));
    const nameless = numbers.map((number) => ({ ...newExtension.parse({ number }), password: `secret-of-${number}` }));
    const pushed = provisioner.reconcile([only([...testExtensions, ...nameless])]);
    const bank = await PhoneBank.open(Number(exchange.target.split(':')[1]), phones.sipPort());
    phones.afterwards(async () => bank.close());
    const register = async (number: string): Promise<void> => {
      while (!(await bank.register(exchange.account(number)))) await sleep(5);
    };
    await Promise.all([pushed, ...numbers.map(register)]);
    // Nobody has a name here, which Asterisk spells its own way.
    expect(await provisioner.reconcile([only([...testExtensions, ...nameless])])).toBe(0);
    const absent = async () => {
      const online = await createPhoneStates(exchange.asterisk, systemClock)(null);
      return numbers.filter((number) => !online.has(number));
    };
    // Of a hundred that are made anew before Asterisk has forgotten them it loses one.
    for (let turn = 0; turn < 10; turn++) {
      await provisioner.push(
        only([...testExtensions, ...nameless.map((one) => ({ ...one, callerName: `Ana ${turn}` }))]),
      );
      await expect.poll(absent, { timeout: 10_000 }).toEqual([]);
    }
    await provisioner.reconcile([only(testExtensions)]);
  });

  test('lose their phones with their password, and with themselves, also when the number is given out again', async () => {
    await nextCall();
    const registrations = createRegistrations({ address: exchange.asterisk, ids: systemIds });
    const provisioner = createProvisioner({ address: exchange.asterisk, logger: silentLogger });
    const [first] = testExtensions;
    if (first === undefined) throw new Error('There are no extensions');
    const guest: Extension = { ...first, number: '191', password: 'a-secret' };
    const register = async (password: string) => {
      const scenario = new Scenario().register({ user: '191', password });
      expect(await runSipp({ scenario, target: exchange.target, port: phones.sipPort() })).toMatchObject({
        successful: 1,
      });
      expect(await registrations.phonesOf(guest, null)).toMatchObject([
        { address: expect.stringContaining('sip:191@'), userAgent: 'sipp' },
      ]);
    };
    await provisioner.reconcile([only([...testExtensions, guest])]);
    expect(await registrations.phonesOf(guest, null)).toEqual([]);
    await register('a-secret');
    await provisioner.push(only([...testExtensions, { ...guest, callerName: 'Another name' }]));
    expect(await registrations.phonesOf(guest, null)).toHaveLength(1);
    await provisioner.push(only([...testExtensions, { ...guest, password: 'b-secret' }]));
    expect(await registrations.phonesOf(guest, null)).toEqual([]);
    await register('b-secret');
    await provisioner.push(only(testExtensions));
    await provisioner.push(only([...testExtensions, { ...guest, password: 'b-secret' }]));
    expect(await registrations.phonesOf(guest, null)).toEqual([]);
    await provisioner.push(only(testExtensions));
  });
});

describe('a caller', () => {
  test('arrives with the number and the name of the extension, whatever the phone says of itself', async () => {
    const { call } = await nextCall();
    const scenario = new Scenario()
      .call(exchange.account('100'), '2222', phones.media(), '${SHELL(id)}&amp;PJSIP/101')
      .untilHungUp(5000);
    const run = await phones.run(scenario);
    const channel = await call;
    expect(channel).toMatchObject({ callerNumber: '100', callerName: 'Extension 100', dialled: '2222' });
    await channel.answer();
    await channel.hangUp();
    expect((await run.finished).log).toContain('other side hung up');
    expect(channel.gone.reason).toMatchObject({ by: 'us', cause: 16 });
  });

  test('hears what is played, one after the other, and it ends', async () => {
    const { call } = await nextCall();
    const ear = await phones.audio();
    await phones.call();
    const channel = await call;
    await channel.answer();
    const began = performance.now();
    expect(await channel.play([tone(300), tone(300)]).finished).toBe('completed');
    const loud = ear.since(began).filter((packet) => packet.loudness > 0.05);
    expect(loud.length).toBeGreaterThanOrEqual(27);
    expect(loud.length).toBeLessThanOrEqual(32);
  });

  test('hears the rest when one prompt is missing', async () => {
    const { call } = await nextCall();
    const ear = await phones.audio();
    await phones.call();
    const channel = await call;
    await channel.answer();
    const began = performance.now();
    await channel.play(['sound:/nowhere/missing', tone(300)]).finished;
    expect(ear.since(began).filter((packet) => packet.loudness > 0.05).length).toBeGreaterThan(10);
  });

  test('is told that nothing could be played when every prompt is missing', async () => {
    const { call } = await nextCall();
    await phones.call();
    const channel = await call;
    await channel.answer();
    expect(await channel.play(['sound:/nowhere/missing']).finished).toBe('failed');
  });

  test('silences a prompt at once with a key, and no key is lost', async () => {
    const { call } = await nextCall();
    const ear = await phones.audio();
    await phones.call();
    const channel = await call;
    await channel.answer();
    const playback = channel.play([tone(5000)]);
    await ear.hears('sound');
    const pressing = ear.press('1144*#');
    await channel.digits.available(channel.gone);
    const pressed = performance.now();
    await playback.stop();
    expect(await playback.finished).toBe('stopped');
    await sleep(60);
    const after = ear.since(pressed + 60);
    await pressing;
    await sleep(50);
    expect(after.every((packet) => packet.loudness < 0.005)).toBe(true);
    const keys = [];
    for (let key = channel.digits.take(); key !== undefined; key = channel.digits.take()) keys.push(key);
    expect(keys.join('')).toBe('1144*#');
  });

  test('who hangs up in the middle of a prompt is gone, with the cause', async () => {
    const { call } = await nextCall();
    const run = await phones.call();
    const channel = await call;
    await channel.answer();
    await run.when('answered');
    const playback = channel.play([tone(5000)]);
    await run.hangUp();
    expect(await playback.finished).toBe('stopped');
    expect(channel.gone.reason).toMatchObject({ by: 'caller', cause: 16 });
    await expect(channel.answer()).rejects.toMatchObject({ code: 'channel_gone' });
  });

  test('of a handler that fails reaches the fallback, which rings a person', async () => {
    telephony = telephonyOf(exchange.asterisk);
    await telephony.start({
      incoming: () => Promise.reject(new Error('a bug')),
      found: async () => undefined,
      reconciled: async () => undefined,
    });
    phones.afterwards(() => telephony.stop());
    const person = await phones.extension('103', 3, (uas, media) => uas.answerAfter(100, media).untilHungUp(10_000));
    const run = await phones.call();
    await person.when('answered', 20_000);
    await run.hangUp();
    expect(await person.when('other side hung up')).toBeTruthy();
  }, 40_000);

  test('who calls while nobody listens reaches the fallback', async () => {
    const person = await phones.extension('103', 3, (uas, media) => uas.answerAfter(100, media).untilHungUp(10_000));
    const run = await phones.call();
    await person.when('answered', 20_000);
    await run.hangUp();
    expect(await person.when('other side hung up')).toBeTruthy();
  }, 40_000);
});

describe('ringing a person', () => {
  async function ring(
    extensions: string[],
    timeoutMs = 3000,
  ): Promise<{ result: Promise<RingResult>; run: PhoneRun; channel: Channel; shown: string[] }> {
    const { call } = await nextCall();
    const run = await phones.call('300');
    const channel = await call;
    await channel.answer();
    await run.when('answered');
    const shown: string[] = [];
    const result = telephony.ring(channel, {
      extensions,
      timeoutMs,
      music: true,
      onPhone: (event) => shown.push(`${event.extension} ${event.state}`),
    });
    return { result, run, channel, shown };
  }

  test('joins the first of a group that answers with the caller, and the others stop ringing', async () => {
    const ear = await phones.audio();
    const agentEar = await phones.audio(1);
    const first = await phones.extension('101', 1, (uas, media) => uas.answerAfter(300, media).untilHungUp(10_000));
    const second = await phones.extension('102', 2, (uas) => uas.untilCancelled(10_000));
    const { result, run, shown } = await ring(['101', '102', '103']);
    const answered = await result;
    expect(answered).toMatchObject({ kind: 'answered', extension: '101' });
    await second.when('cancelled');
    expect(first.log.find((line) => line.startsWith('ringing'))).toContain('"Extension 100" <sip:100@');
    expect(shown.toSorted()).toEqual(['101 ringing', '102 lost', '102 ringing']);
    ear.speak(true);
    await agentEar.hears('sound');
    ear.speak(false);
    agentEar.speak(true);
    await ear.hears('sound');
    await run.hangUp();
    await first.when('other side hung up');
    expect(answered.kind === 'answered' && (await answered.talk.ended)).toBe('caller');
  });

  test('rings every device that is registered on an extension', async () => {
    const desk = await phones.extension('101', 1, (uas) => uas.untilCancelled(10_000));
    const soft = await phones.extension('101', 2, (uas, media) => uas.answerAfter(200, media).untilHungUp(10_000));
    const { result } = await ring(['101']);
    expect(await result).toMatchObject({ kind: 'answered', extension: '101' });
    await desk.when('cancelled');
    expect(soft.log.some((line) => line.startsWith('answered'))).toBe(true);
  });

  test('gives the caller back when the person hangs up', async () => {
    const ear = await phones.audio();
    await phones.extension('101', 1, (uas, media) => uas.answerAfter(100, media).pause(300).hangUpAnswered());
    const { result, channel } = await ring(['101']);
    const answered = await result;
    expect(answered.kind === 'answered' && (await answered.talk.ended)).toBe('agent');
    const began = performance.now();
    expect(await channel.play([tone(300)]).finished).toBe('completed');
    expect(ear.since(began).some((packet) => packet.loudness > 0.05)).toBe(true);
  });

  test('ends when nobody answers in time', async () => {
    const agent = await phones.extension('101', 1, (uas) => uas.untilCancelled(10_000));
    const { result, shown } = await ring(['101'], 700);
    expect(await result).toEqual({ kind: 'no_answer' });
    await agent.when('cancelled');
    expect(shown).toEqual(['101 ringing', '101 lost']);
  });

  test('says so when nobody is registered', async () => {
    const { result, shown } = await ring(['101', '102', 'PJSIP/103&Local/9', '']);
    expect(await result).toEqual({ kind: 'unreachable' });
    expect(shown).toEqual([]);
  });

  test('says so when everybody is busy or refuses', async () => {
    await phones.extension('101', 1, (uas) => uas.refuse('486 Busy Here'));
    await phones.extension('102', 2, (uas) => uas.refuse('603 Decline'));
    const { result } = await ring(['101', '102']);
    expect(await result).toEqual({ kind: 'busy' });
  });

  test('stops when the caller hangs up', async () => {
    const agent = await phones.extension('101', 1, (uas) => uas.untilCancelled(10_000));
    const { result, run } = await ring(['101']);
    await agent.when('ringing');
    await run.hangUp();
    expect(await result).toEqual({ kind: 'caller_gone' });
    await agent.when('cancelled');
  });

  test('has music for the caller meanwhile', async () => {
    const ear = await phones.audio();
    await phones.extension('101', 1, (uas) => uas.untilCancelled(10_000));
    const { result } = await ring(['101'], 1500);
    await ear.hears('sound');
    expect(await result).toEqual({ kind: 'no_answer' });
  });

  test('lets one of two phones win that answer in the same instant, and releases the other', async () => {
    const first = await phones.extension('101', 1, (uas, media) => uas.answerAfter(200, media).untilHungUp(10_000));
    const second = await phones.extension('102', 2, (uas, media) => uas.answerAfter(200, media).untilHungUp(10_000));
    const { result } = await ring(['101', '102']);
    const answered = await result;
    const loser = answered.kind === 'answered' && answered.extension === '101' ? second : first;
    // SIPp ends itself when it is told in the instant between its decision to answer and its answer.
    const toldAmidst = loser.finished.then(({ errors }) => errors.includes('unexpected CANCEL'));
    const told = () => loser.log.some((line) => line === 'other side hung up' || line === 'cancelled');
    const isReleased = async () => told() || Promise.race([toldAmidst, sleep(0).then(() => false)]);
    await expect.poll(isReleased, { timeout: 5_000 }).toBe(true);
  });
});
