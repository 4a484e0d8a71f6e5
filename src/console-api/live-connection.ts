import type { WebSocket } from '@fastify/websocket';
import type { LiveEvent } from '../live/schemas.ts';
import { agentMessage } from '../screen-pop/schemas.ts';

/** Codes of RFC 6455 section 7.4.1 with which we end a connection, and why a program that logs them was left. */
const ends = {
  restarting: { code: 1001, reason: 'The server stops; connect again with after=<the last id>.' },
  notUnderstood: { code: 1007, reason: 'The message was not understood.' },
  tooMuchSaid: { code: 1008, reason: 'Too many messages.' },
  revoked: { code: 1008, reason: 'The token is not valid any more.' },
  tooSlow: { code: 1013, reason: 'Events are read too slowly; connect again with after=<the last id>.' },
  noDatabase: { code: 1013, reason: 'The database does not answer; connect again with after=<the last id>.' },
} as const;
export type LiveEnd = keyof typeof ends;

/** What may wait unread for a program: more than the most events that one may have missed. */
const longestBacklogBytes = 8 * 1_048_576;
/** Who does not take leave within this time is cut off. */
const leaveMs = 1_000;
/** Nobody closes more windows between two pings. */
const mostSaid = 200;

/** One program's connection: what it is sent, within bounds. */
export class LiveConnection {
  readonly #socket: WebSocket;
  #answered = true;
  #said = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('pong', () => {
      this.#answered = true;
    });
  }

  /** Resolves when the connection is over. */
  get over(): Promise<void> {
    const socket = this.#socket;
    if (socket.readyState === socket.CLOSED) return Promise.resolve();
    return new Promise((resolve) => socket.once('close', () => resolve()));
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** One that reads too slowly is left, not served in part: it goes on where it was when it connects again. */
  send(event: LiveEvent): void {
    if (!this.isOpen) return;
    if (this.#socket.bufferedAmount > longestBacklogBytes) this.end('tooSlow');
    else this.#socket.send(JSON.stringify(event));
  }

  /** A message of the program's; the window that it asks to close. */
  onClose(closeWindow: (window: number) => void): void {
    this.#socket.on('message', (data, isBinary) => {
      this.#said += 1;
      if (this.#said > mostSaid) return this.end('tooMuchSaid');
      const message = isBinary ? undefined : agentMessage.safeParse(parsed((data as Buffer).toString()));
      if (message?.success === true) closeWindow(message.data.window);
      else this.end('notUnderstood');
    });
  }

  /** Asks whether the program is there; one that has not answered the last time is cut off. */
  ping(): void {
    if (!this.#answered) return this.#socket.terminate();
    this.#answered = false;
    this.#said = 0;
    this.#socket.ping();
  }

  end(why: LiveEnd): void {
    const { code, reason } = ends[why];
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), leaveMs).unref();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
