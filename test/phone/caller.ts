import { setTimeout as sleep } from 'node:timers/promises';
import type { TestSystem } from '../helpers/system.ts';
import { RtpPhone } from './rtp-phone.ts';
import { Scenario } from './scenario.ts';
import { type PhoneRun, startSipp } from './sipp.ts';

/** A person with a telephone: registers with a password, calls, listens, presses keys, hangs up. */
export class Caller {
  readonly phone: RtpPhone;
  readonly #run: PhoneRun;
  readonly #system: TestSystem;

  private constructor(system: TestSystem, phone: RtpPhone, run: PhoneRun) {
    this.#system = system;
    this.phone = phone;
    this.#run = run;
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
    return new Caller(system, phone, run);
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

  press(digits: string): Promise<void> {
    return this.phone.press(digits);
  }

  /** The caller hangs up. */
  async hangUp(): Promise<void> {
    await this.#run.hangUp();
    this.phone.close();
  }

  /** Waits until the other side hangs up. */
  async hungUp(timeoutMs = 60_000): Promise<void> {
    await this.#run.when('other side hung up', timeoutMs);
    await this.#run.finished;
    this.phone.close();
  }
}
