import { setTimeout as sleep } from 'node:timers/promises';
import type { ShownAgent } from '../../src/agents/schemas.ts';
import type { TestSystem } from '../helpers/system.ts';
import type { PhoneCall } from '../phone/desk-phone.ts';
import { aloneMs, hearsPhone, type PlacedCall, press, quietMs } from './placed-call.ts';

/** A prompt that is over for so long has asked something. */
const askedMs = 700;
/** Whoever has pressed a key waits so long before pressing it again. */
const againMs = 3_500;
const everMs = 7_000;
/** A person; `#`: it is no CPF that begins with 0. */
const person = '0#';
const patienceMs = 60_000;

/**
 * A caller who asks the menu for a person, waits in the queue, talks, and gives a note; or asks to be called back.
 * Presses a key again where it seems not to have been heard, as people do.
 */
export async function tellStory(call: PhoneCall, placed: PlacedCall, random: () => number): Promise<void> {
  const wantsCallback = random() < 0.25;
  const talksMs = 3_000 + 5_000 * random();
  const score = `${Math.floor(10 * random())}#`;
  call.ear.speak(false);
  const giveUpAt = performance.now() + patienceMs;
  const waitsUntil = performance.now() + 9_000 + 4_000 * random();
  await pause(call, 1_000 + 1_500 * random());
  while (!call.isOver && performance.now() < giveUpAt && !hearsPhone(call)) {
    const leaves = wantsCallback && performance.now() > waitsUntil;
    await pressWhenAsked(call, placed, leaves ? '1' : person, () => hearsPhone(call));
  }
  if (!hearsPhone(call)) return;
  call.ear.speak(true);
  const until = performance.now() + talksMs;
  while (!call.isOver && performance.now() < until && aloneMs(call) < 1_000) await sleep(100);
  if (call.isOver || performance.now() >= until) return;
  // The agent has hung up: there is a question.
  call.ear.speak(false);
  const bored = performance.now() + 25_000;
  while (!call.isOver && performance.now() < bored) await pressWhenAsked(call, placed, score, () => false);
}

/** Waits until something seems to have been asked, or for long enough, and presses keys. */
async function pressWhenAsked(
  call: PhoneCall,
  placed: PlacedCall,
  keys: string,
  isServed: () => boolean,
): Promise<void> {
  const last = placed.keyed.at(-1)?.[1] ?? 0;
  for (;;) {
    if (call.isOver || isServed()) return;
    const since = Date.now() - last;
    if ((since > againMs && quietMs(call) > askedMs) || since > everMs) break;
    await sleep(50);
  }
  await press(call, placed, keys);
}

async function pause(call: PhoneCall, ms: number): Promise<void> {
  await Promise.race([sleep(ms), call.ended]);
}

/** An agent's screen: says what each call was about, and has a coffee now and then. */
export class Desk {
  readonly #system: TestSystem;
  readonly #code: string;
  readonly #random: () => number;
  #calls = 0;

  constructor(system: TestSystem, code: string, random: () => number) {
    this.#system = system;
    this.#code = code;
    this.#random = random;
  }

  /** A call is over. */
  async wrapUp(): Promise<void> {
    const { callId } = await this.#ask<ShownAgent>('', 'GET');
    const tabs = { tab1: 'Suporte', tab2: 'Sem sinal', tab3: null };
    if (callId !== null) await this.#ask(`/calls/${callId}/disposition`, 'PUT', tabs);
    this.#calls += 1;
    if (this.#calls % 4 !== 0) return;
    await this.#ask('/pause', 'POST', { reason: 'Café' });
    await sleep(1_000 + 2_000 * this.#random());
    await this.#ask('/ready', 'POST');
  }

  /** As a screen does that cannot reach the control plane: again, until it is there. What it refuses is left. */
  async #ask<T>(path: string, method: string, body?: object): Promise<T> {
    for (;;) {
      const answer = await this.#system.api(`/api/agents/${this.#code}${path}`, method, body).catch(() => undefined);
      if (answer !== undefined && answer.status < 500) return (await answer.json()) as T;
      await sleep(300);
    }
  }
}
