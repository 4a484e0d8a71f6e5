import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestExchange } from './exchange.ts';
import { RtpPhone } from './rtp-phone.ts';
import { Scenario } from './scenario.ts';
import { type PhoneRun, runSipp, startSipp } from './sipp.ts';

/** Phones around one test exchange, put away together after each test. */
export class Phones {
  readonly #exchange: () => TestExchange;
  readonly #callerPort: number;
  readonly #callerAudio: number;
  #cleanUps: (() => unknown)[] = [];

  /**
   * @param exchange asked when it is needed: it may be started later than this is made
   * @param callerPort SIP port of the phone of extension 100, whose audio is at the next even port but one
   */
  constructor(exchange: () => TestExchange, callerPort: number) {
    this.#exchange = exchange;
    this.#callerPort = callerPort;
    this.#callerAudio = callerPort + 10;
  }

  /** Where extension 100 hears. */
  get callerAudio(): number {
    return this.#callerAudio;
  }

  /** Does something when the test is over. */
  afterwards(cleanUp: () => unknown): void {
    this.#cleanUps.push(cleanUp);
  }

  /** Ends everything, the last first. */
  async putAway(): Promise<void> {
    const cleanUps = this.#cleanUps.toReversed();
    this.#cleanUps = [];
    for (const cleanUp of cleanUps) await cleanUp();
  }

  /** An ear and a mouth. */
  async audio(port: number = this.#callerAudio): Promise<RtpPhone> {
    const phone = await RtpPhone.open(port);
    this.afterwards(() => phone.close());
    return phone;
  }

  /** Starts SIPp on a scenario; whatever still goes on is hung up at the end of the test. */
  async run(scenario: Scenario, port: number): Promise<PhoneRun> {
    const run = await startSipp({ scenario, target: this.#exchange().target, port });
    this.afterwards(() => run.hangUp());
    return run;
  }

  /** Places a call from extension 100. */
  call(number = '2222'): Promise<PhoneRun> {
    const account = this.#exchange().account('100');
    const scenario = new Scenario().call(account, number, { port: this.#callerAudio }).untilHungUp(60_000);
    return this.run(scenario, this.#callerPort);
  }

  /** Registers an extension at a SIP port of its own, and lets it do something with the call that comes. */
  async extension(number: string, port: number, then: (scenario: Scenario) => Scenario): Promise<PhoneRun> {
    const { target, account } = this.#exchange();
    await runSipp({ scenario: new Scenario().register(account(number)), target, port });
    this.afterwards(() => runSipp({ scenario: new Scenario().register(account(number), 0), target, port }));
    return this.run(then(new Scenario().ring()), port);
  }
}

/** A recording for Asterisk to play: a tone of so many milliseconds. */
export function tone(ms: number): string {
  const path = join(mkdtempSync(join(tmpdir(), 'tel-sound-')), 'tone');
  const samples = Buffer.alloc(ms * 16);
  for (let i = 0; i < ms * 8; i++) samples.writeInt16LE(Math.round(8000 * Math.sin(i / 3)), i * 2);
  writeFileSync(`${path}.sln`, samples);
  return `sound:${path}`;
}
