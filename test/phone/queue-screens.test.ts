import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ScreenWindow, windowClosed, windowOpened } from '../../src/screen-pop/schemas.ts';
import { LiveClient } from '../helpers/live-client.ts';
import { TestSystem } from '../helpers/system.ts';
import { Caller } from './caller.ts';
import type { DeskPhone } from './desk-phone.ts';
import { deskPhonesOf } from './desk-phones.ts';
import { callAs } from './menu-ways.ts';

let system: TestSystem;
let first: DeskPhone;
let second: DeskPhone;
let programs: [Program, Program];

/** The program of an agent, which connects again where it was, as often as it must. */
class Program {
  readonly #url: string;
  #stream: LiveClient;
  #told: string[] = [];

  private constructor(url: string, stream: LiveClient) {
    this.#url = url;
    this.#stream = stream;
  }

  static async of(extension: string): Promise<Program> {
    const url = `ws://127.0.0.1:${system.httpPort}/api/live?extension=${extension}`;
    return new Program(url, await LiveClient.open(url, { token: system.demo.api.token }));
  }

  async connectsAgain(): Promise<void> {
    this.lose();
    const url = `${this.#url}&after=${this.#stream.lastId}`;
    this.#told = this.#windowEvents();
    this.#stream = await LiveClient.open(url, { token: system.demo.api.token });
  }

  /** The window that is open, when so many have been opened or closed since the program began. */
  async window(events: number): Promise<ScreenWindow> {
    await this.told(events);
    return windowOpened.parse(this.#stream.heard.findLast(({ type }) => type === 'window.opened')?.data).window;
  }

  /** What it was told of windows: `opened`, or why one was closed. */
  async told(events: number): Promise<string[]> {
    await this.#stream.until(() => this.#windowEvents().length >= events);
    return this.#windowEvents();
  }

  lose(): void {
    this.#stream.lose();
  }

  #windowEvents(): string[] {
    const now = this.#stream.heard.flatMap(({ type, data }) => {
      if (type === 'window.opened') return 'opened';
      return type === 'window.closed' ? windowClosed.parse(data).reason : [];
    });
    return [...this.#told, ...now];
  }
}

beforeAll(async () => {
  system = await TestSystem.start();
  const open = deskPhonesOf(system, 102);
  [first, second] = [await open('1001'), await open('1002')];
  programs = [await Program.of('1001'), await Program.of('1002')];
  const settings = { announceSeconds: 0, wrapUpSeconds: 0, misses: 9, ringSeconds: 30, survey: false };
  await system.api('/api/queues/033', 'PATCH', settings);
  for (const agent of ['101', '102']) await logIn(agent);
});
afterAll(async () => {
  for (const one of programs) one.lose();
  for (const one of [first, second]) one.close();
  await system.stop();
});

async function logIn(code: string): Promise<void> {
  const { pin, extension } = system.demo.agents.find((agent) => agent.code === code) ?? { pin: '', extension: '' };
  await system.api(`/api/agents/${code}/login`, 'POST', { extension, pin });
}

test('the window about a subscriber goes from phone to phone, outlives lost connections, and closes with the call', async () => {
  const [atFirst, atSecond] = programs;
  const { name, document } = system.subscriber('suspended');
  const caller = await callAs(system, 'suspended', 0, '0');
  const refused = await first.rings(30_000);
  const window = await atFirst.window(1);
  expect(window.caller).toMatchObject({
    subscriber: { name, contracts: [{ status: 'suspended', suspendedFor: 'debt' }] },
    contractId: expect.any(String),
    connection: { state: expect.any(String) },
    alerts: [],
  });
  expect(window.caller.subscriber?.contracts[0]?.overdueCents).toBeGreaterThan(0);
  const steps = window.caller.steps.map(({ node, exit }) => `${node} ${exit}`);
  expect(steps).toContain('document found');
  expect(steps.slice(-2)).toEqual(['calling next', 'ring null']);
  expect(JSON.stringify(window)).not.toContain(document);

  refused.refuse(486);
  const ringing = await second.rings();
  expect(await atSecond.window(1)).toMatchObject({ callId: window.callId, caller: { subscriber: { name } } });
  expect(await atFirst.told(2)).toEqual(['opened', 'lost']);

  // What happens while nobody listens is told as soon as the program is back, and once.
  atSecond.lose();
  await caller.hangUp();
  await ringing.ended;
  expect((await caller.record()).id).toBe(window.callId);
  await atSecond.connectsAgain();
  expect(await atSecond.told(2)).toEqual(['opened', 'lost']);
});

test('when the control plane is killed while a phone rings, its window is taken back and opened anew, and stays for the talk', async () => {
  const [atFirst, atSecond] = programs;
  const [before, told] = [await atFirst.told(0), await atSecond.told(0)];
  await system.api('/api/agents/102/pause', 'POST', { reason: 'Café' });
  const caller = await Caller.call(system, '033', { line: 4 });
  await first.rings();
  const { callId, caller: shown } = await atFirst.window(before.length + 1);
  expect(shown).toMatchObject({ subscriber: null, steps: [{ node: 'ring', exit: null }] });
  await system.killControlPlane();
  await system.startControlPlane();
  const talking = await first.answers(20_000);
  await atFirst.connectsAgain();
  expect(await atFirst.window(before.length + 3)).toMatchObject({ callId });
  await caller.hangUp();
  await talking.ended;
  expect(await atFirst.told(before.length + 4)).toEqual([...before, 'opened', 'lost', 'opened', 'call_ended']);
  await atSecond.connectsAgain();
  expect(await atSecond.told(0)).toEqual(told);
});

test('who is called back is shown while the phone of the agent rings, as they were known when they asked for it', async () => {
  const [, atSecond] = programs;
  const before = (await atSecond.told(0)).length;
  await system.api('/api/agents/101/pause', 'POST', { reason: 'Café' });
  await system.api('/api/queues/033', 'PATCH', { announceSeconds: 60, callback: true });
  const { name, document } = system.subscriber('active');
  const caller = await Caller.call(system, '2222', { extension: '2001', line: 6 });
  await caller.press(`${document}#3`);
  await caller.answers('queue_offer_callback', '1');
  await caller.answers('callback_number_confirm-1', '1');
  await caller.hears('callback_registered');
  await caller.hangUp();
  await system.api('/api/agents/102/ready', 'POST', {});
  const rung = await second.rings();
  const { caller: shown, callId } = await atSecond.window(before + 1);
  expect(shown.subscriber?.name).toBe(name);
  expect(shown.steps.map(({ node }) => node)).toContain('confirm_number');
  expect(callId).not.toBe((await caller.record()).id);
  await system.api('/api/agents/102/pause', 'POST', { reason: 'Café' });
  rung.refuse(486);
  expect((await atSecond.told(before + 2)).at(-1)).toBe('lost');
});
