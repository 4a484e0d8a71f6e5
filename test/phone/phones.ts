import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestExchange } from './exchange.ts';
import { RtpPhone } from './rtp-phone.ts';
import { type MediaDescription, Scenario } from './scenario.ts';
import { type PhoneRun, runSipp, startSipp } from './sipp.ts';

/** Phones around one test exchange, put away together after each test. */
export class Phones {
  readonly #exchange: () => TestExchange;
  #cleanUps: (() => unknown)[] = [];

  /** @param exchange asked when it is needed: it may be started later than this is made */
  constructor(exchange: () => TestExchange) {
    this.#exchange = exchange;
  }

  /** SIP port of a phone; the one of extension 100, which calls, has line 0. */
  sipPort(line = 0): number {
    return this.#exchange().phonePorts + line;
  }

  /** Where a phone hears. */
  media(line = 0): { readonly port: number } {
    return { port: this.#exchange().phonePorts + 50 + 2 * line };
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

  /** A phone's ear and mouth. */
  async audio(line = 0): Promise<RtpPhone> {
    const phone = await RtpPhone.open(this.media(line).port);
    this.afterwards(() => phone.close());
    return phone;
  }

  /** Starts SIPp on a scenario; whatever still goes on is hung up at the end of the test. */
  async run(scenario: Scenario, line = 0): Promise<PhoneRun> {
    const run = await startSipp({ scenario, target: this.#exchange().target, port: this.sipPort(line) });
    this.afterwards(() => run.hangUp());
    return run;
  }

  /** Places a call from extension 100. */
  call(number = '2222'): Promise<PhoneRun> {
    const account = this.#exchange().account('100');
    return this.run(new Scenario().call(account, number, this.media()).untilHungUp(60_000));
  }

  /** Registers an extension at a phone of its own, and lets it do something with the call that comes. */
  async extension(
    number: string,
    line: number,
    then: (scenario: Scenario, media: MediaDescription) => Scenario,
  ): Promise<PhoneRun> {
    const { target, account } = this.#exchange();
    const port = this.sipPort(line);
    await runSipp({ scenario: new Scenario().register(account(number)), target, port });
    this.afterwards(() => runSipp({ scenario: new Scenario().register(account(number), 0), target, port }));
    return this.run(then(new Scenario().ring(), this.media(line)), line);
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
