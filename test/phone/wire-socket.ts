import { Worker } from 'node:worker_threads';
import { WireLog } from './wire.ts';

export interface ToSend {
  readonly text: string;
  readonly host: string;
  readonly port: number;
}

export type Traffic =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'received'; readonly text: string; readonly atMs: number; readonly port: number }
  | { readonly kind: 'sent'; readonly text: string; readonly atMs: number }
  | { readonly kind: 'late'; readonly byMs: number };

/** A phone's socket for SIP over UDP, and what passed on it, at the times at which it did. */
export class WireSocket {
  readonly port: number;
  readonly wire = new WireLog();
  readonly #tap: Worker;

  private constructor(tap: Worker, port: number) {
    this.#tap = tap;
    this.port = port;
  }

  /** @param port 0 for any */
  static async open(host: string, port: number): Promise<WireSocket> {
    const tap = new Worker(new URL('./wire-tap.ts', import.meta.url), { workerData: { host, port }, execArgv: [] });
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    tap.once('error', reject);
    tap.on('message', (traffic: Traffic) => traffic.kind === 'listening' && resolve(traffic.port));
    return new WireSocket(tap, await promise);
  }

  /** @param listener told each message, and from which port it came */
  listen(listener: (text: string, port: number) => void): void {
    this.#tap.on('message', (traffic: Traffic) => {
      if (traffic.kind === 'listening') return;
      if (traffic.kind === 'late') return this.wire.late(traffic.byMs);
      this.wire.saw(traffic.text, traffic.kind === 'sent', traffic.atMs);
      if (traffic.kind === 'received') listener(traffic.text, traffic.port);
    });
  }

  send(text: string, port: number, host: string): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    this.#tap.postMessage({ text, host, port } satisfies ToSend);
  }

  close(): void {
    void this.#tap.terminate();
  }
}
