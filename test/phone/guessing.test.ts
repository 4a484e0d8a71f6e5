import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import { Scenario } from './scenario.ts';
import { runSipp } from './sipp.ts';
import { Stranger, silentSdp, statusOf, type Transport } from './stranger.ts';

/** Guesses as often as he likes. */
const spared = '127.0.0.90';
const guesser = '127.0.0.91';
let system: TestSystem;
const strangers: Stranger[] = [];

beforeAll(async () => {
  system = await TestSystem.start({ UIRAPURU_SIP_FAILURES: '10', UIRAPURU_NEVER_BLOCKED: `${spared},10.0.0.0/8` });
});
afterAll(async () => {
  for (const stranger of strangers) stranger.close();
  await system.stop();
});

async function stranger(transport: Transport, address: string): Promise<Stranger> {
  const opened = await Stranger.open(transport, address, { sipPort: system.sipPort, wssPort: system.sipPort + 1 });
  strangers.push(opened);
  return opened;
}

const known = '1001';
const unknown = '9999';

/** One request of an account, and the same with a password that is wrong. */
async function guess(by: Stranger, method: string, user: string): Promise<{ answers: string[]; tookMs: number[] }> {
  const uri = method === 'INVITE' ? `sip:2222@127.0.0.1:${system.sipPort}` : `sip:127.0.0.1:${system.sipPort}`;
  const account = `<sip:${user}@127.0.0.1>`;
  const body = method === 'INVITE' ? silentSdp(by.address) : '';
  const details = { uri, from: account, to: method === 'INVITE' ? `<${uri}>` : account, body };
  const from = performance.now();
  const challenge = await by.ask(method, details);
  const middle = performance.now();
  const refusal = await by.askWith({ user, password: 'wrong' }, method, details);
  return { answers: [challenge, refusal], tookMs: [middle - from, performance.now() - middle] };
}

/** An answer without what is another in each: what the request had in it, and random words, of which the length stays. */
function shape(answer: string): string {
  return answer
    .replaceAll(/\b(?:1001|9999)\b/g, 'user')
    .replaceAll(/[0-9a-f]{8,}/g, (word) => 'x'.repeat(word.length))
    .replaceAll(/\d{10}\//g, 'time/');
}

test('an account that is not there and a wrong password are answered alike, over UDP, TCP and WSS', async () => {
  for (const transport of ['UDP', 'TCP', 'WSS'] as const) {
    const by = await stranger(transport, spared);
    for (const method of ['REGISTER', 'INVITE', 'OPTIONS']) {
      const [right, wrong] = [await guess(by, method, known), await guess(by, method, unknown)];
      expect(right.answers.map(statusOf)).toEqual([401, 401]);
      expect(wrong.answers.map(shape)).toEqual(right.answers.map(shape));
    }
  }
});

test('nor can they be told apart by how long the answer takes', async () => {
  const by = await stranger('UDP', spared);
  const took: Record<string, number[]> = { [known]: [], [unknown]: [] };
  for (let n = 0; n < 100; n++) {
    for (const user of n % 2 === 0 ? [known, unknown] : [unknown, known]) {
      const { tookMs } = await guess(by, 'REGISTER', user);
      took[user]?.push(...tookMs);
    }
  }
  const part = (of: readonly number[], share: number): number =>
    of.toSorted((a, b) => a - b)[Math.floor(of.length * share)] ?? 0;
  const [right = [], wrong = []] = [took[known], took[unknown]];
  const noiseMs = part(right, 0.9) - part(right, 0.1);
  expect(Math.abs(part(right, 0.5) - part(wrong, 0.5))).toBeLessThan(Math.max(noiseMs, 0.5));
});

const blocks = async () => {
  const answer = (await (await system.api('/api/blocks')).json()) as { blocks: { address: string; times: number }[] };
  return answer.blocks.map(({ address, times }) => [address, times]);
};
const register = (by: Stranger, password: string) =>
  by.askWith({ user: known, password }, 'REGISTER', {
    from: `<sip:${known}@127.0.0.1>`,
    to: `<sip:${known}@127.0.0.1>`,
  });

test('who guesses two hundred passwords a second is heard no more within a second, and nobody else is disturbed', async () => {
  const by = await stranger('UDP', guesser);
  const other = await stranger('UDP', '127.0.0.92');
  const from = performance.now();
  let sent = 0;
  while (!by.received.some((answer) => statusOf(answer) === 403)) {
    if (performance.now() > from + 10_000) throw new Error(`Not blocked after ${sent} guesses`);
    by.send('REGISTER', { from: `<sip:user${++sent}@127.0.0.1>` });
    await sleep(Math.max(0, from + sent * 5 - performance.now()));
  }
  expect(await blocks()).toEqual([[guesser, 1]]);
  // A guess of the right password would not help him either, however he comes.
  const { password } = system.account(known);
  expect(statusOf(await register(by, password))).toBe(403);
  for (const transport of ['TCP', 'WSS'] as const) {
    expect(statusOf(await register(await stranger(transport, guesser), password))).toBe(403);
  }
  expect(statusOf(await register(other, 'wrong'))).toBe(401);
  const scenario = new Scenario().register(system.account(known));
  const phone = { target: `127.0.0.1:${system.sipPort}`, port: system.phonePorts };
  expect(await runSipp({ scenario, ...phone })).toMatchObject({ successful: 1 });
});

test('a block outlives Asterisk, and is over at once when somebody removes it', async () => {
  const by = await stranger('UDP', guesser);
  const asterisk = join(system.home, 'asterisk', 'process.json');
  const { pid } = JSON.parse(readFileSync(asterisk, 'utf8')) as { pid: number };
  process.kill(pid, 'SIGKILL');
  await expect
    .poll(() => JSON.parse(readFileSync(asterisk, 'utf8')) as { pid: number }, { timeout: 15_000 })
    .not.toMatchObject({ pid });
  await expect.poll(() => by.ask('OPTIONS').then(statusOf, () => 0), { timeout: 15_000 }).toBe(403);
  expect((await system.api(`/api/blocks/${guesser}`, 'DELETE')).status).toBe(204);
  expect(statusOf(await by.ask('OPTIONS'))).toBe(401);
  expect(await blocks()).toEqual([]);
});

test('an address can be blocked by hand, but not this machine’s, a trunk’s, or one that the operator spares', async () => {
  const trunk = { name: 'Operadora', host: '127.0.0.93', addresses: ['127.0.1.0/24'], ownNumbers: ['+553432221000'] };
  expect((await system.api('/api/trunks', 'POST', trunk)).status).toBe(201);
  for (const address of ['127.0.0.1', '::1', '127.0.0.93', '127.0.1.7', spared, '10.2.3.4', 'garbage', '0.0.0.0/0']) {
    expect((await system.api(`/api/blocks/${encodeURIComponent(address)}`, 'PUT', {})).status).toBe(400);
  }
  const by = await stranger('UDP', '127.0.0.95');
  expect(statusOf(await by.ask('OPTIONS'))).toBe(401);
  expect((await system.api('/api/blocks/127.0.0.95', 'PUT', { minutes: 5 })).status).toBe(200);
  expect(statusOf(await by.ask('OPTIONS'))).toBe(403);
});
