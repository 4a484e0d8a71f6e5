import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';
import { type LiveEvent, liveEvent } from '../../src/live/schemas.ts';

/** An agent's program: everything that it has heard, in order. */
export class LiveClient {
  readonly heard: LiveEvent[] = [];
  readonly socket: WebSocket;
  readonly #waiting = new Set<() => void>();

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      this.heard.push(liveEvent.parse(JSON.parse((data as Buffer).toString())));
      for (const look of this.#waiting) look();
    });
  }

  /** Connects, and waits for the first message. */
  static async open(
    url: string,
    options: { readonly token?: string; readonly protocols?: string[] },
  ): Promise<LiveClient> {
    const headers = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };
    const settings: ClientOptions = { headers };
    const client = new LiveClient(new WebSocket(url, options.protocols ?? [], settings));
    await client.until((heard) => heard.length > 0);
    return client;
  }

  /** The HTTP status with which a connection is refused. */
  static async refusal(
    url: string,
    options: { readonly token?: string; readonly protocols?: string[] } = {},
  ): Promise<number> {
    const headers = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };
    const socket = new WebSocket(url, options.protocols ?? [], { headers });
    socket.on('error', () => undefined);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    socket.terminate();
    return response.statusCode;
  }

  /** What was heard, by type. */
  get types(): string[] {
    return this.heard.map(({ type }) => type);
  }

  get lastId(): number {
    return this.heard.at(-1)?.id ?? 0;
  }

  /** Resolves when what was heard is enough, and rejects with what was heard when it is not in time. */
  until(isEnough: (heard: readonly LiveEvent[]) => boolean, timeoutMs = 25_000): Promise<void> {
    if (isEnough(this.heard)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!isEnough(this.heard)) return;
        this.#waiting.delete(look);
        clearTimeout(tooLate);
        resolve();
      };
      const tooLate = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`The program waited in vain; it heard ${JSON.stringify(this.heard.slice(-20))}`));
      }, timeoutMs);
      this.#waiting.add(look);
    });
  }

  /** The code with which the other side ends it. */
  async end(): Promise<number> {
    const [code] = (await once(this.socket, 'close')) as [number];
    return code;
  }

  /** The connection is lost without a word. */
  lose(): void {
    this.socket.terminate();
  }
}
