import { join } from 'node:path';
import { promptsFolder } from '../../src/ivr/speech/plugin.ts';
import { type Account, Scenario } from '../../test/phone/scenario.ts';
import { runSipp, startSipp } from '../../test/phone/sipp.ts';
import { ports } from '../ivr/places.ts';

/** Where calls go to, and as whom they are placed. */
export interface Line {
  /** `127.0.0.1:<port>` */
  readonly target: string;
  readonly caller: Account;
  readonly called: Account;
}

/** How many calls, how many a second, and how long each is talked. */
export interface Crowd {
  readonly calls: number;
  readonly rate: number;
  readonly talkMs: number;
}

const ringMs = 100;
/** Speech, again and again, as a phone that speaks A-law sends it. */
const speech = join(promptsFolder, 'pt-BR', 'greeting.alaw');
const [callerMedia, calledMedia] = [ports.rtp.last + 1, ports.rtp.last + 401];

/** A phone that talks: SIPp's streams have a port of their own for each call. */
class TalkingScenario extends Scenario {
  override toXml(): string {
    return super.toXml().replaceAll('[media_port]', '[rtpstream_audio_port]');
  }
}

/**
 * Calls from one extension to the other. The caller's phone speaks all the time, and the called one says the same back, so
 * that sound goes both ways.
 * @throws when a call did not go as it should
 */
export async function talk({ target, caller, called }: Line, number: string, crowd: Crowd): Promise<void> {
  const { calls, rate, talkMs } = crowd;
  const phone = { target, calls, rate, atOnce: calls, timeoutMs: (calls / rate) * 1_000 + talkMs + 30_000 };
  const port = ports.phone.sip;
  await runSipp({ target, port: port + 1, scenario: new Scenario().register(called) });
  const answers = await startSipp({
    ...phone,
    port: port + 1,
    mediaPort: calledMedia,
    scenario: new Scenario()
      .ring()
      .answerAfter(ringMs, { port: calledMedia })
      .untilHungUp(talkMs + 20_000),
    args: ['-rtp_echo'],
  });
  const calling = new TalkingScenario()
    .call(caller, number, { port: '[media_port]' })
    .raw(`<nop><action><exec rtp_stream="${speech},-1,8,PCMA/8000"/></action></nop>`)
    .pause(talkMs)
    .hangUp(caller, number);
  const placed = await startSipp({
    ...phone,
    port,
    mediaPort: callerMedia,
    scenario: calling,
    args: ['-max_rtp_port', String(callerMedia + 398)],
  });
  for (const { successful, errors } of [await placed.finished, await answers.finished]) {
    if (successful !== calls)
      throw new Error(`Only ${successful} of ${calls} calls went well: ${errors.slice(0, 800)}`);
  }
}
