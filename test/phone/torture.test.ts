import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import { Caller } from './caller.ts';
import { Stranger, statusOf } from './stranger.ts';
import { tortureMessages } from './torture.ts';

const unknown = '127.0.0.96';
const carrier = '127.0.0.97';
let system: TestSystem;
beforeAll(async () => {
  system = await TestSystem.start({ UIRAPURU_NEVER_BLOCKED: unknown });
  const trunk = { name: 'Operadora', host: carrier, ownNumbers: ['+553432221000'] };
  const made = await system.api('/api/trunks', 'POST', trunk);
  if (!made.ok) throw new Error(await made.text());
});
afterAll(() => system.stop());

const asteriskPid = (): number =>
  (JSON.parse(readFileSync(join(system.home, 'asterisk', 'process.json'), 'utf8')) as { pid: number }).pid;

test('nothing that RFC 4475 can say disturbs the exchange, be it from a stranger or a carrier, over UDP, TCP or WSS', async () => {
  const pid = asteriskPid();
  const ports = { sipPort: system.sipPort, wssPort: system.sipPort + 1 };
  for (const address of [unknown, carrier]) {
    const messages = tortureMessages(address);
    expect(messages).toHaveLength(49);
    const udp = await Stranger.open('UDP', address, ports);
    for (const [, bytes] of messages) udp.sendRaw(bytes);
    for (const transport of ['TCP', 'WSS'] as const) {
      for (const [, bytes] of messages) {
        const stranger = await Stranger.open(transport, address, ports);
        stranger.sendRaw(bytes);
        stranger.close();
      }
    }
    // Answered after all that came before it.
    await expect.poll(() => udp.ask('OPTIONS').then(statusOf, () => 0), { timeout: 20_000 }).toBeGreaterThan(0);
    udp.close();
  }
  await sleep(500);
  expect(asteriskPid()).toBe(pid);
  const caller = await Caller.call(system, '2222');
  await caller.hears('greeting');
  await caller.hangUp();
  const ours = system.log.split('\n').filter((line) => /"level":(?:50|60)/.test(line));
  expect(ours).toEqual([]);
  const asterisks = readFileSync(join(system.home, 'logs', 'asterisk', 'messages.log'), 'utf8').split('\n');
  expect(asterisks.filter((line) => /FRACK|assert|deadlock|Excessive refcount|user_data is NULL/i.test(line))).toEqual(
    [],
  );
});
