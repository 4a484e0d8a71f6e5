import { setTimeout as sleep } from 'node:timers/promises';
import type { CallDetail } from '../../src/calls/schemas.ts';
import type { TestSystem } from '../helpers/system.ts';
import { Ear, type HeardSound, isPrompt } from './ear.ts';
import { type PressTiming, RtpPhone } from './rtp-phone.ts';
import { Scenario } from './scenario.ts';
import { type PhoneRun, startSipp } from './sipp.ts';

/**
 * As a finger presses that is in no hurry. Asterisk mixes up keys that reach it less than 45 ms apart, which a pause of 120 ms
 * became when other tests' processes held the cores.
 */
const easily: PressTiming = { holdMs: 80, gapMs: 200 };

let numbered = 0;

/** A person with a telephone: registers with a password, calls, listens, presses keys, hangs up. */
export class Caller {
  readonly phone: RtpPhone;
  /** The number the call comes from. */
  readonly number: string;
  readonly #run: PhoneRun;
  readonly #system: TestSystem;
  readonly #ear: Ear;
  /** Sounds that were waited for. */
  #heard = 0;

  private constructor(system: TestSystem, number: string, phone: RtpPhone, run: PhoneRun) {
    this.#system = system;
    this.number = number;
    this.phone = phone;
    this.#run = run;
    this.#ear = new Ear(phone.heard);
  }

  /**
   * Registers as an extension, calls a number and waits until it answers.
   * @param line which of the caller's own ports to use, where several phones are needed at once
   */
  static async call(
    system: TestSystem,
    number: string,
    options: { extension?: string; line?: number } = {},
  ): Promise<Caller> {
    const { extension = '2001', line = 0 } = options;
    const account = system.account(extension);
    const media = { port: system.phonePorts + 50 + 2 * line };
    const phone = await RtpPhone.open(media.port);
    const scenario = new Scenario()
      .register(account)
      .call(account, number, media)
      .untilHungUp(120_000, (late) => late.hangUp(account, number));
    const target = `127.0.0.1:${system.sipPort}`;
    const run = await startSipp({ scenario, target, port: system.phonePorts + line, timeoutMs: 150_000 });
    phone.sendTo(await run.when('answered'));
    return new Caller(system, extension, phone, run);
  }

  /**
   * Calls the menu from a phone of its own, so that many can call at once and each call is found by its number.
   * @param from the number the call comes from; one that nobody else has when left out
   */
  static async dial(system: TestSystem, from = `3${String(++numbered).padStart(4, '0')}`): Promise<Caller> {
    const line = await system.plugIn(from);
    return Caller.call(system, '2222', { extension: from, line });
  }

  /**
   * Waits until a prompt begins that was not waited for before; whatever is said meanwhile passes by.
   * @returns the sound, with when it began
   */
  async hears(prompt: string, timeoutMs = 20_000): Promise<HeardSound> {
    const tooLate = Date.now() + timeoutMs;
    for (;;) {
      const { sounds } = this.#ear;
      // The second packet makes sure: one alone may be like the beginning of another recording.
      const at = sounds.findIndex((sound, i) => i >= this.#heard && isPrompt(sound, prompt) && sound.packets > 1);
      const sound = sounds[at];
      if (sound !== undefined) {
        this.#heard = at + 1;
        return sound;
      }
      if (Date.now() > tooLate) throw new Error(`${prompt} was not heard, but: ${this.said.join(' ')}`);
      await sleep(10);
    }
  }

  /** Everything heard so far. */
  get sounds(): readonly HeardSound[] {
    return this.#ear.sounds;
  }

  /** Names of all recordings heard so far, in order; `(voice)` for what is none. */
  get said(): string[] {
    return this.sounds.map((sound) => [...sound.names][0] ?? '(voice)');
  }

  /** Whether a prompt was heard so far. */
  didHear(prompt: string): boolean {
    return this.sounds.some((sound) => isPrompt(sound, prompt));
  }

  /** Waits until the call log shows that the call stands at a node, and a voice is heard there. */
  async at(node: string, timeoutMs = 20_000): Promise<void> {
    const { db } = await this.#system.database();
    const tooLate = Date.now() + timeoutMs;
    for (;;) {
      const step = await db
        .selectFrom('call_step')
        .innerJoin('call', 'call.id', 'call_step.call_id')
        .select(['call_step.node'])
        .where('call.caller_number', '=', this.number)
        .where('call.ended_at', 'is', null)
        .where('call_step.left_at', 'is', null)
        .orderBy('call.started_at', 'desc')
        .executeTakeFirst();
      if (step?.node === node) break;
      if (Date.now() > tooLate) throw new Error(`The call is at ${step?.node}, not at ${node}`);
      await sleep(20);
    }
    await this.phone.hears('sound');
  }

  press(digits: string, timing: PressTiming = easily): Promise<void> {
    return this.phone.press(digits, timing);
  }

  /** Waits for a prompt and presses keys while it is said. */
  async answers(prompt: string, digits: string): Promise<void> {
    await this.hears(prompt);
    await this.press(digits);
  }

  /** The caller hangs up. */
  async hangUp(): Promise<void> {
    await this.#run.hangUp();
    this.phone.close();
  }

  /** The phone loses its power: nobody is told. */
  async vanish(): Promise<void> {
    await this.#run.vanish();
    this.phone.close();
  }

  /** Waits until the other side hangs up. */
  async hungUp(timeoutMs = 60_000): Promise<void> {
    await this.#run.when('other side hung up', timeoutMs);
    await this.#run.finished;
    this.phone.close();
  }

  /** The call in the log, once it has ended. */
  record(): Promise<CallDetail> {
    return this.#system.endedCall(10_000, this.number);
  }
}

/** The way of a call: its nodes in order, those of other flows than the menu itself as `flow/node`. */
export function pathOf(call: CallDetail): string[] {
  return call.steps.map(({ flow, node }) => (flow === 'atendimento' ? node : `${flow}/${node}`));
}
