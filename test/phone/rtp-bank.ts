import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** As G.711 is sent: 20 ms in each. */
export const packetsASecond = 50;

/** What all phones of a bank heard in a stretch of time. */
export interface HeardByBank {
  /** Packets that they sent in it. */
  readonly sent: number;
  readonly packets: number;
  /** Numbers between the first and the last that were heard which did not come. */
  readonly lost: number;
  /** How far the time between two packets is from what it should be, on average. */
  readonly jitterMs: number;
  readonly longestGapMs: number;
}

export type AskedOfBank =
  | { readonly kind: 'open'; readonly phones: number }
  | { readonly kind: 'speak'; readonly from: number; readonly to: number }
  | { readonly kind: 'heard' };

export type ToldByBank =
  | { readonly kind: 'opened'; readonly ports: readonly number[] }
  | { readonly kind: 'heard'; readonly heard: HeardByBank };

/**
 * The ears and mouths of many phones, in a process of their own with one timer: a hundred of them in the test's own process,
 * which does other things meanwhile, lost packets before anybody disturbed them.
 */
export class RtpBank {
  /** Each phone's. */
  readonly ports: readonly number[];
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, ports: readonly number[]) {
    this.#child = child;
    this.ports = ports;
  }

  static async open(phones: number): Promise<RtpBank> {
    const child = fork(fileURLToPath(new URL('rtp-bank-process.ts', import.meta.url)));
    const opened = await ask(child, { kind: 'open', phones }, 'opened');
    return new RtpBank(child, opened.ports);
  }

  /** Lets a phone speak to a port from now on. */
  speak(from: number, to: number): void {
    const asked: AskedOfBank = { kind: 'speak', from, to };
    this.#child.send(asked);
  }

  /** What they heard since this was last asked. */
  async heard(): Promise<HeardByBank> {
    return (await ask(this.#child, { kind: 'heard' }, 'heard')).heard;
  }

  close(): void {
    this.#child.disconnect();
  }
}

async function ask<K extends ToldByBank['kind']>(
  child: ChildProcess,
  asked: AskedOfBank,
  kind: K,
): Promise<Extract<ToldByBank, { kind: K }>> {
  const told = once(child, 'message') as Promise<[ToldByBank]>;
  child.send(asked);
  const [answer] = await told;
  if (answer.kind !== kind) throw new Error(`The bank of phones was asked for ${kind}, and told ${answer.kind}`);
  return answer as Extract<ToldByBank, { kind: K }>;
}
