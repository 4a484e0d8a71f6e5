import type { TestSystem } from '../helpers/system.ts';
import { RtpPhone } from '../phone/rtp-phone.ts';
import { Scenario } from '../phone/scenario.ts';
import { type PhoneRun, runSipp, startSipp } from '../phone/sipp.ts';

/** Somebody at an extension who takes calls. */
export class Agent {
  readonly phone: RtpPhone;
  readonly #run: PhoneRun;

  private constructor(phone: RtpPhone, run: PhoneRun) {
    this.phone = phone;
    this.#run = run;
  }

  /**
   * Registers, and answers the next call after it has rung for so long. `calls` where it rings in vain before. Waits for
   * the caller to hang up, or hangs up itself after so long.
   * @param line which of the system's phone ports to use; a caller has one of its own
   */
  static async ready(
    system: TestSystem,
    extension: string,
    {
      line,
      rings = 200,
      calls = 1,
      hangsUpAfterMs,
    }: { line: number; rings?: number; calls?: number; hangsUpAfterMs?: number },
  ): Promise<Agent> {
    const target = `127.0.0.1:${system.sipPort}`;
    const port = system.phonePorts + line;
    const media = { port: system.phonePorts + 50 + 2 * line };
    const registration = await runSipp({ scenario: new Scenario().register(system.account(extension)), target, port });
    if (registration.exitCode !== 0) throw new Error(`${extension} could not register: ${registration.errors}`);
    const phone = await RtpPhone.open(media.port);
    const scenario = new Scenario().ring().answerAfter(rings, media);
    if (hangsUpAfterMs === undefined) scenario.untilHungUp(110_000);
    else scenario.untilHungUp(hangsUpAfterMs, (late) => late.hangUpAnswered());
    return new Agent(phone, await startSipp({ scenario, target, port, calls, timeoutMs: 120_000 }));
  }

  /** Waits until the phone rings. */
  async rings(timeoutMs = 20_000): Promise<void> {
    await this.#run.when('ringing', timeoutMs);
  }

  /** Waits until the call is answered; from then on the phone's audio goes out. */
  async answers(timeoutMs = 20_000): Promise<void> {
    this.phone.sendTo(await this.#run.when('answered', timeoutMs));
  }

  /** Waits until the caller has hung up. */
  async hungUp(timeoutMs = 10_000): Promise<void> {
    await this.#run.when('other side hung up', timeoutMs);
    await this.leave();
  }

  /** The phone goes out of use, whatever it was doing. */
  async leave(): Promise<void> {
    await this.#run.vanish();
    this.phone.close();
  }
}

/** Each of the two says something that the other hears within so long. */
export async function hearEachOther(one: RtpPhone, other: RtpPhone, withinMs = 3_000): Promise<void> {
  for (const [speaker, listener] of [
    [one, other],
    [other, one],
  ] as const) {
    await listener.hears('silence', performance.now(), withinMs);
    speaker.speak(true);
    await listener.hears('sound', performance.now(), withinMs);
    speaker.speak(false);
  }
}

/** The longest time for which a phone has heard nothing since an instant. */
export function longestSilenceOf(phone: RtpPhone, sinceMs: number): number {
  const loud = phone.since(sinceMs).filter((packet) => packet.loudness > 0.005);
  const heard = [sinceMs, ...loud.map(({ atMs }) => atMs), performance.now()];
  return Math.max(...heard.map((atMs, n) => atMs - (heard[n - 1] ?? atMs)));
}
