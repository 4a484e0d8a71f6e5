import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AriAddress } from '../../src/telephony/asterisk/ari-connection.ts';
import type { AsteriskTelephony } from '../../src/telephony/asterisk/asterisk-telephony.ts';
import type { Channel } from '../../src/telephony/port.ts';
import { startExchange, type TestExchange, telephonyOf } from './exchange.ts';
import { Phones, tone } from './phones.ts';

let exchange: TestExchange;
const phones = new Phones(() => exchange);

beforeAll(async () => {
  exchange = await startExchange();
});
afterAll(() => exchange.stop());
afterEach(() => phones.putAway());

interface Listening {
  readonly telephony: AsteriskTelephony;
  /** The next call that comes, and the next that was there already. */
  readonly incoming: Promise<Channel>;
  readonly found: Promise<Channel>;
  /** What was told to be there at each connection. */
  readonly reconciled: ReadonlySet<string>[];
}

async function listen(address: AriAddress = exchange.asterisk): Promise<Listening> {
  const incoming = Promise.withResolvers<Channel>();
  const found = Promise.withResolvers<Channel>();
  const reconciled: ReadonlySet<string>[] = [];
  const telephony = telephonyOf(address);
  await telephony.start({
    incoming: async (channel) => incoming.resolve(channel),
    found: async (channel) => found.resolve(channel),
    reconciled: async (ids) => void reconciled.push(ids),
  });
  phones.afterwards(() => telephony.stop());
  return { telephony, incoming: incoming.promise, found: found.promise, reconciled };
}

/** A control plane that can be killed. */
async function controlProcess(): Promise<{
  says: (text: string) => Promise<string>;
  kill: () => Promise<void>;
  died: Promise<unknown>;
}> {
  const { ariUrl, user, password } = exchange.asterisk;
  const child = spawn(process.execPath, ['test/phone/control-process.ts', ariUrl, user, password], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  phones.afterwards(kill);
  const says = async (text: string): Promise<string> => {
    await expect.poll(() => lines.find((line) => line.startsWith(text)), { timeout: 10_000 }).toBeDefined();
    return lines.find((candidate) => candidate.startsWith(text)) ?? '';
  };
  await says('ready');
  return { says, kill, died: once(child, 'exit') };
}

/** A way to Asterisk that can be frozen: bytes are held back, and nothing is closed. */
async function freezable(): Promise<{ address: AriAddress; freeze: (frozen: boolean) => void }> {
  const { port, hostname } = new URL(exchange.asterisk.ariUrl);
  let frozen = false;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (data) => (frozen ? undefined : to.write(data)));
      from.on('close', () => to.destroy());
      from.on('error', () => to.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  phones.afterwards(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port: ownPort } = server.address() as { port: number };
  const { user, password } = exchange.asterisk;
  return {
    address: { ariUrl: `http://127.0.0.1:${ownPort}/ari`, user, password },
    freeze: (now) => {
      frozen = now;
    },
  };
}

describe('when the control plane is killed', () => {
  test('a talk goes on, and is found again', async () => {
    const control = await controlProcess();
    const ear = await phones.audio();
    const agentEar = await phones.audio(1);
    await phones.extension('101', 1, (uas, media) => uas.answerAfter(100, media).pause(3500).hangUpAnswered());
    await phones.call('300');
    const id = (await control.says('answered')).slice('answered '.length);
    await control.kill();
    const killed = performance.now();
    ear.speak(true);
    await agentEar.hears('sound', killed);
    await sleep(1000);
    // 50 packets a second each way: at most one in ten may be late on a busy machine.
    expect(agentEar.since(killed).length).toBeGreaterThan(45);
    const { found, reconciled } = await listen();
    const channel = await found;
    expect(channel).toMatchObject({ id, callerNumber: '100', dialled: '300', talk: { extension: '101' } });
    expect(reconciled.map((present) => [...present].length)).toEqual([2]);
    expect(reconciled[0]).toContain(id);
    ear.speak(false);
    agentEar.speak(true);
    await ear.hears('sound');
    expect(await channel.talk?.ended).toBe('agent');
    expect(await channel.play([tone(100)]).finished).toBe('completed');
  });

  test('a talk that was being taken apart is found whole, or as both sides with what was noted of them', async () => {
    for (const requests of [2, 3, 4, 5]) {
      const control = await controlProcess();
      const agent = await phones.extension('101', 1, (uas, media) => uas.answerAfter(50, media).untilHungUp(60_000));
      await phones.call(`31${requests}`);
      await control.died;
      const telephony = telephonyOf(exchange.asterisk);
      const found: Channel[] = [];
      await telephony.start({
        incoming: async () => undefined,
        found: async (channel) => void found.push(channel),
        reconciled: async () => undefined,
      });
      const sides = new Set(found.map(({ talk, note }) => (talk === undefined ? note : 'a talk')));
      expect(sides).toEqual(new Set(requests < 4 ? ['a talk'] : ['of the caller', 'of the other']));
      for (const channel of found) await channel.hangUp();
      await agent.when('other side hung up');
      await telephony.stop();
      await phones.putAway();
    }
  });

  test('a caller whose person hung up meanwhile is not left in silence', async () => {
    const control = await controlProcess();
    const agent = await phones.extension('101', 1, (uas, media) =>
      uas.answerAfter(100, media).pause(400).hangUpAnswered(),
    );
    const ear = await phones.audio();
    await phones.call('300');
    await control.says('answered');
    await control.kill();
    await agent.when('hung up');
    const { found } = await listen();
    const channel = await found;
    expect(await channel.talk?.ended).toBe('agent');
    const began = performance.now();
    expect(await channel.play([tone(300)]).finished).toBe('completed');
    expect(ear.since(began).some((packet) => packet.loudness > 0.05)).toBe(true);
  });

  test('a person whose caller hung up meanwhile is released', async () => {
    const control = await controlProcess();
    const agent = await phones.extension('101', 1, (uas, media) => uas.answerAfter(100, media).untilHungUp(30_000));
    const run = await phones.call('300');
    await control.says('answered');
    await control.kill();
    await run.hangUp();
    const { reconciled } = await listen();
    // The person, who is about to be hung up: that end is told like any other.
    expect(reconciled.map((present) => [...present].length)).toEqual([1]);
    expect(await agent.when('other side hung up')).toBeTruthy();
  });

  test('a phone that rang stops, and its caller is found', async () => {
    const control = await controlProcess();
    const agent = await phones.extension('101', 1, (uas) => uas.untilCancelled(30_000));
    await phones.call('300');
    await agent.when('ringing');
    await control.kill();
    const { found } = await listen();
    expect((await found).talk).toBeUndefined();
    expect(await agent.when('cancelled')).toBeTruthy();
  });

  test('a caller in a menu is found, hears us and presses keys', async () => {
    const control = await controlProcess();
    const ear = await phones.audio();
    await phones.call();
    const id = (await control.says('waiting')).slice('waiting '.length);
    await control.kill();
    const { found } = await listen();
    const channel = await found;
    expect(channel.id).toBe(id);
    const playback = channel.play([tone(5000)]);
    await ear.hears('sound');
    await ear.press('7');
    await channel.digits.available(channel.gone);
    await playback.stop();
    expect([await playback.finished, channel.digits.take()]).toEqual(['stopped', '7']);
  });
});

describe('when the connection to Asterisk', () => {
  test('is cut, prompts end, keys come, and no call is found twice', async () => {
    const { telephony, incoming, found, reconciled } = await listen();
    const ear = await phones.audio();
    const run = await phones.call();
    const channel = await incoming;
    await channel.answer();
    await run.when('answered');
    const short = channel.play([tone(200)]);
    await ear.hears('sound');
    telephony.dropConnection();
    expect(await short.finished).toBe('completed');
    const next = channel.play([tone(200)]);
    expect(await next.finished).toBe('completed');
    await ear.press('5');
    await channel.digits.available(channel.gone);
    expect(reconciled).toEqual([new Set(), new Set([channel.id])]);
    expect(await Promise.race([found, sleep(100).then(() => 'nobody')])).toBe('nobody');
    await run.hangUp();
    await expect.poll(() => channel.gone.reason).toMatchObject({ by: 'caller', cause: 16 });
  });

  test('is frozen, it is opened anew, and what ended meanwhile is known', async () => {
    const { address, freeze } = await freezable();
    const { telephony, incoming } = await listen(address);
    const run = await phones.call();
    const channel = await incoming;
    await channel.answer();
    await run.when('answered');
    const playback = channel.play([tone(30_000)]);
    freeze(true);
    await run.hangUp();
    await expect.poll(() => telephony.connected, { timeout: 5000 }).toBe(false);
    freeze(false);
    await expect.poll(() => telephony.connected, { timeout: 10_000 }).toBe(true);
    expect(await playback.finished).toBe('stopped');
    expect(channel.gone.reason).toMatchObject({ by: 'unknown', cause: 0 });
  });

  test('is cut while a person rings, the answer is not lost', async () => {
    const { telephony, incoming } = await listen();
    await phones.extension('101', 1, (uas, media) => uas.answerAfter(600, media).untilHungUp(30_000));
    await phones.call('300');
    const channel = await incoming;
    await channel.answer();
    const result = telephony.ring(channel, { extensions: ['101'], timeoutMs: 5000, music: false });
    await sleep(300);
    telephony.dropConnection();
    expect(await result).toMatchObject({ kind: 'answered', extension: '101' });
  });
});

describe('when Asterisk is killed', () => {
  test('calls are gone with it, and new calls come once the extensions were compared again', async () => {
    const { telephony, incoming } = await listen();
    await phones.call();
    const channel = await incoming;
    await channel.answer();
    const before = telephony.exchangeStartedAt;
    process.kill(exchange.asterisk.pid, 'SIGKILL');
    await expect.poll(() => channel.gone.aborted, { timeout: 10_000 }).toBe(true);
    expect(channel.gone.reason).toMatchObject({ by: 'unknown', cause: 0 });
    expect(telephony.exchangeStartedAt.getTime()).toBeGreaterThan(before.getTime());
    expect(channel.startedAt.getTime()).toBeLessThan(telephony.exchangeStartedAt.getTime());
    await telephony.stop();
    await phones.putAway();
    const again = await listen();
    // Asterisk writes what was pushed to it once a second: killed sooner, it has forgotten.
    await exchange.heal();
    const run = await phones.call();
    await (await again.incoming).answer();
    expect(await run.when('answered')).toBeTruthy();
  }, 40_000);
});
