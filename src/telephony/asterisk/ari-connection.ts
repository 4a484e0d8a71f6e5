import { connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/logger.ts';
import { type Answer, type Arguments, type Operation, refusal, wireRequest } from './ari-request.ts';
import type { AriEvent } from './ari-types.generated.ts';
import type { AriMetrics } from './metrics.ts';

/** Where Asterisk answers ARI. */
export interface AriAddress {
  /** With `/ari`, such as `http://127.0.0.1:8088/ari`. Read anew for each connection: a restart may have moved it. */
  readonly ariUrl: string;
  readonly user: string;
  readonly password: string;
  /** Where it keeps what is recorded, if that is on this machine. */
  readonly recordingsFolder?: string;
}

/** Whether it is still we who act on calls. */
export interface Mandate {
  /** False from when somebody else may have taken over. */
  readonly isSure: boolean;
  /** Resolves when it is sure again. */
  confirmed(): Promise<void>;
}

export interface ConnectionListener {
  /** The socket is open and events begin. The connection counts as lost, and is made anew, when this rejects. */
  opened(): Promise<void>;
  closed(): void;
  event(event: AriEvent): void;
}

export interface ConnectionOptions {
  readonly address: AriAddress;
  /** The Stasis application that calls enter. */
  readonly application: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: AriMetrics;
  /** While it is in doubt nothing is asked or heard, as if the connection were lost; always sure when left out. */
  readonly mandate?: Mandate;
  /** Between one ping and the next; a ping not answered by then means a frozen socket. */
  readonly pingMs?: number;
}

const defaultPingMs = 1500;
const handshakeTimeoutMs = 3000;
const firstRetryMs = 50;
const lastRetryMs = 1000;

interface Pending {
  readonly operation: Operation;
  readonly sentAt: number;
  readonly wantsBody: boolean;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: AppError) => void;
}

interface RestResponse {
  readonly type: 'RESTResponse';
  readonly request_id: string;
  readonly status_code: number;
  readonly message_body?: string;
}

/**
 * One WebSocket to Asterisk that carries the events of our application and the requests to it, and is opened again
 * whenever it is lost. Requests travel on it rather than over HTTP because that costs half the time (ADR 0011), keeps
 * them in order, and makes one thing of "Asterisk cannot be reached".
 */
export class AriConnection {
  readonly #options: ConnectionOptions;
  readonly #listener: ConnectionListener;
  readonly #stopping = new AbortController();
  readonly #pending = new Map<string, Pending>();
  #socket: WebSocket | undefined;
  /** What the event socket goes over, and whether what is written waits for the rest of this turn. */
  #wire: Socket | undefined;
  #isGathering = false;
  #lastRequest = 0;
  #running: Promise<void> | undefined;

  constructor(options: ConnectionOptions, listener: ConnectionListener) {
    this.#options = options;
    this.#listener = listener;
  }

  /** Connects, and keeps connecting until `close`. */
  open(): void {
    this.#running ??= this.#run();
  }

  /** Closes the socket for good. Calls stay in Asterisk. */
  async close(): Promise<void> {
    this.#stopping.abort();
    this.#socket?.terminate();
    await this.#running;
  }

  /** Cuts the socket as a broken network would. */
  drop(): void {
    this.#socket?.terminate();
  }

  /**
   * Asks and waits for the answer.
   * @throws AppError `telephony_unavailable` when the connection is down or is lost before the answer; `not_found`,
   * `conflict`, `internal` as `refusal` has them.
   */
  ask<O extends Operation>(operation: O, given: Arguments<O>): Promise<Answer<O>> {
    return this.#send(operation, given, true);
  }

  /** The same for an answer that says nothing of interest: it is not read. */
  async tell<O extends Operation>(operation: O, given: Arguments<O>): Promise<void> {
    await this.#send(operation, given, false);
  }

  #send<O extends Operation>(operation: O, given: Arguments<O>, wantsBody: boolean): Promise<Answer<O>> {
    const socket = this.#socket;
    if (socket === undefined || socket.readyState !== WebSocket.OPEN || !this.#mayAct())
      return Promise.reject(unavailable(operation));
    const { method, uri, body } = wireRequest(operation, given);
    const id = String(++this.#lastRequest);
    const message = {
      type: 'RESTRequest',
      transaction_id: id,
      request_id: id,
      method,
      uri,
      ...(body === undefined ? {} : { content_type: 'application/json', message_body: body }),
    };
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { operation, sentAt: performance.now(), wantsBody, resolve, reject });
      this.#gather();
      socket.send(JSON.stringify(message));
    });
  }

  /**
   * What one turn of the event loop asks goes out at once: each write costs a quarter of a millisecond of processor time, most of
   * it the kernel's for waking Asterisk, and a call used to need nine.
   */
  #gather(): void {
    const wire = this.#wire;
    if (wire === undefined || this.#isGathering) return;
    this.#isGathering = true;
    wire.cork();
    process.nextTick(() => {
      this.#isGathering = false;
      wire.uncork();
    });
  }

  #mayAct(): boolean {
    if (this.#options.mandate?.isSure !== false) return true;
    this.#options.logger.warn('this process stood still: whether it still decides is asked before it goes on');
    this.drop();
    return false;
  }

  async #run(): Promise<void> {
    const { clock, logger, mandate } = this.#options;
    const stopped = new Promise<void>((resolve) => this.#stopping.signal.addEventListener('abort', () => resolve()));
    let retryMs = firstRetryMs;
    while (!this.#stopping.signal.aborted) {
      await Promise.race([mandate?.confirmed(), stopped]);
      if (this.#stopping.signal.aborted) return;
      try {
        await this.#session(() => {
          retryMs = firstRetryMs;
        });
      } catch (error) {
        if (!this.#stopping.signal.aborted) logger.warn({ err: error, retryMs }, 'no connection to Asterisk');
      }
      await clock.sleep(retryMs, this.#stopping.signal).catch(() => undefined);
      retryMs = Math.min(retryMs * 2, lastRetryMs);
    }
  }

  /** One socket from its opening to its end; rejects with the reason of the end. */
  async #session(working: () => void): Promise<void> {
    const { address, application, metrics } = this.#options;
    const { promise: ended, reject: end } = Promise.withResolvers<never>();
    const { hostname, port } = new URL(address.ariUrl);
    let wire: Socket | undefined;
    const socket = new WebSocket(`${address.ariUrl.replace(/^http/, 'ws')}/events?app=${application}`, {
      auth: `${address.user}:${address.password}`,
      handshakeTimeout: handshakeTimeoutMs,
      perMessageDeflate: false,
      createConnection: () => (wire = connect(Number(port), hostname)),
    });
    const done = new AbortController();
    let answersPings = true;
    socket.on('open', () => {
      metrics.connections.inc();
      this.#socket = socket;
      this.#wire = wire;
      this.#listener.opened().then(working, end);
      void this.#watch(socket, done.signal, () => {
        const alive = answersPings;
        answersPings = false;
        return alive;
      });
    });
    socket.on('pong', () => {
      answersPings = true;
    });
    socket.on('message', (data: Buffer) => this.#received(data));
    socket.on('error', end);
    socket.on('close', (code) => end(new Error(`the event socket was closed with code ${code}`)));
    try {
      await ended;
    } finally {
      done.abort();
      socket.terminate();
      if (this.#socket === socket) {
        this.#socket = undefined;
        this.#wire = undefined;
        this.#listener.closed();
        this.#forsake();
      }
    }
  }

  async #watch(socket: WebSocket, over: AbortSignal, answered: () => boolean): Promise<void> {
    const { clock, logger, pingMs = defaultPingMs } = this.#options;
    while (!over.aborted) {
      // When it was our own process that slept, the answer is waiting to be read.
      await turn();
      await turn();
      if (over.aborted) return;
      if (!answered()) {
        logger.warn('Asterisk does not answer pings: its socket is frozen');
        socket.terminate();
        return;
      }
      socket.ping();
      await clock.sleep(pingMs, over).catch(() => undefined);
    }
  }

  #received(data: Buffer): void {
    if (!this.#mayAct()) return;
    const message = JSON.parse(data.toString()) as AriEvent | RestResponse;
    if (message.type === 'RESTResponse') {
      this.#answered(message);
    } else {
      this.#options.metrics.events.inc({ type: message.type });
      this.#listener.event(message);
    }
  }

  #answered(response: RestResponse): void {
    const pending = this.#pending.get(response.request_id);
    if (pending === undefined) return;
    this.#pending.delete(response.request_id);
    const { metrics } = this.#options;
    metrics.requestSeconds.observe((performance.now() - pending.sentAt) / 1000);
    const { status_code: status, message_body: body } = response;
    if (status >= 200 && status < 300) {
      metrics.requests.inc({ operation: pending.operation, outcome: 'done' });
      pending.resolve((pending.wantsBody && body ? JSON.parse(body) : undefined) as never);
    } else {
      metrics.requests.inc({ operation: pending.operation, outcome: 'refused' });
      pending.reject(refusal(pending.operation, status, body));
    }
  }

  #forsake(): void {
    const forsaken = [...this.#pending.values()];
    this.#pending.clear();
    for (const { operation, reject } of forsaken) {
      this.#options.metrics.requests.inc({ operation, outcome: 'lost' });
      reject(unavailable(operation));
    }
  }
}

function unavailable(operation: string): AppError {
  return new AppError('telephony_unavailable', 'Asterisk cannot be reached at the moment.', { operation });
}
