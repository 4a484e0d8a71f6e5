import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeRtp, digitPackets, encodeRtp, payloadTypes, type RtpPosition } from '../../../test/phone/rtp.ts';
import type { Contestant } from '../contestant.ts';
import { HeardPrompt } from './heard-prompt.ts';
import { SipPhone } from './sip-phone.ts';

/** The key that has a menu said again: what comes of it needs no ERP. */
const repeatKey = '9';
const holdMs = 100;
/** A menu repeats itself twenty times for one caller. */
const pressesPerCall = 15;
const promptWithinMs = 5_000;
const reactWithinMs = 3_000;

export interface ProbePlan {
  readonly contestant: Contestant;
  readonly document: string;
  /** The recording that the menu begins with. */
  readonly menuRecording: string;
  /** No further press, and no further call, after this instant of `performance.now()`. */
  readonly until: number;
}

export interface ProbeResult {
  /** From sending the packet that ends a key to the first packet of other audio, in ms. */
  readonly reactionsMs: readonly number[];
  /** Calls and presses that came to nothing, and why. */
  readonly failures: readonly string[];
}

/** A caller who presses a key again and again while the menu speaks, and takes the time until something else is heard. */
export async function probe(plan: ProbePlan): Promise<ProbeResult> {
  const { contestant, until } = plan;
  const phone = await SipPhone.open(contestant.target, contestant.account);
  const reactionsMs: number[] = [];
  const failures: string[] = [];
  while (performance.now() < until) {
    try {
      await oneCall(phone, plan, reactionsMs);
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  phone.close();
  return { reactionsMs, failures };
}

async function oneCall(phone: SipPhone, plan: ProbePlan, reactionsMs: number[]): Promise<void> {
  const audio = createSocket('udp4');
  audio.bind(0, '127.0.0.1');
  await once(audio, 'listening');
  const call = await phone.call(plan.contestant.number, audio.address().port).catch((error: unknown) => {
    audio.close();
    throw error;
  });
  const ear = new Ear(audio, new HeardPrompt(plan.menuRecording));
  const keys = new Keys(audio, call.audioPort);
  try {
    await sleep(300);
    await keys.press(`${plan.document}#`);
    for (let presses = 0; presses < pressesPerCall && performance.now() < plan.until; presses += 1) {
      await ear.until(
        (prompt) => (prompt.heard ?? 0) > 10 + Math.random() * 30 && prompt.isTelling(25),
        promptWithinMs,
        'the menu',
      );
      const change = ear.change();
      const releasedAt = await keys.press(repeatKey);
      reactionsMs.push((await change) - releasedAt);
    }
  } finally {
    await call.hangUp().catch(() => undefined);
    audio.close();
  }
}

/** Sends keys in one stream of packets. */
class Keys {
  readonly #audio: Socket;
  readonly #port: number;
  #position: RtpPosition = { sequence: 1, timestamp: 160, ssrc: Math.floor(Math.random() * 2 ** 32) };

  constructor(audio: Socket, port: number) {
    this.#audio = audio;
    this.#port = port;
  }

  /** @returns when the packet was sent that ends the last key */
  async press(digits: string): Promise<number> {
    const { packets, end } = digitPackets(digits, this.#position, { holdMs, gapMs: holdMs, audio: undefined });
    this.#position = end;
    const startedAt = performance.now();
    let releasedAt = 0;
    let endedStamp = -1;
    for (const { atMs, packet } of packets) {
      const waitMs = startedAt + atMs - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      this.#audio.send(encodeRtp(packet), this.#port, '127.0.0.1');
      // The end is sent three times; the first counts.
      const isEnd = ((packet.payload[1] ?? 0) & 0x80) !== 0;
      if (isEnd && packet.timestamp !== endedStamp) {
        endedStamp = packet.timestamp;
        releasedAt = performance.now();
      }
    }
    return releasedAt;
  }
}

/** Listens to a call. */
class Ear {
  readonly #prompt: HeardPrompt;
  #listener: ((changed: boolean, at: number) => void) | undefined;

  constructor(audio: Socket, prompt: HeardPrompt) {
    this.#prompt = prompt;
    audio.on('message', (data) => {
      const at = performance.now();
      const packet = decodeRtp(data);
      if (packet?.payloadType !== payloadTypes.PCMA) return;
      this.#listener?.(prompt.next(packet), at);
    });
    this.#listener = () => undefined;
  }

  /** Resolves when the prompt is where it should be. */
  async until(where: (prompt: HeardPrompt) => boolean, withinMs: number, what: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const late = setTimeout(() => reject(new Error(`${what} was not heard`)), withinMs);
    this.#listener = () => {
      if (where(this.#prompt)) resolve();
    };
    await promise.finally(() => clearTimeout(late));
    this.#listener = () => undefined;
  }

  /** Resolves with the instant at which something else is heard. */
  async change(): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const late = setTimeout(() => reject(new Error('nothing changed after a key')), reactWithinMs);
    this.#listener = (changed, at) => {
      if (changed) resolve(at);
    };
    return promise.finally(() => clearTimeout(late));
  }
}
