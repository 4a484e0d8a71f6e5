import { setTimeout as sleep } from 'node:timers/promises';
import type { WireLog } from './wire.ts';
import { WireSocket } from './wire-socket.ts';

/** What a carrier does with a call: answers it with audio at this port, refuses it, says something at
 * a port before it decides (SIP's 183), lets it ring, or says nothing at all. */
export type CarrierWay =
  | { readonly answer: number }
  | { readonly refuse: number }
  | { readonly announce: number }
  | 'ring'
  | 'silence';

/** A call as a carrier sees it. */
export interface CarriedCall {
  /** The number that was dialled. */
  readonly dialled: string;
  /** The user of From. */
  readonly from: string;
  /** The user of P-Asserted-Identity. */
  readonly asserted: string;
  /** Where the exchange hears; 0 when it has not said it. */
  readonly mediaPort: number;
}

const user = (header: string): string => /sips?:([^@;>]*)@/.exec(header)?.[1] ?? '';

/**
 * The other end of a trunk: speaks SIP over UDP from an address of its own (the exchange knows it by that), and says
 * that it is there when it is asked (OPTIONS).
 */
export class Carrier {
  readonly calls: CarriedCall[] = [];
  /** What becomes of calls from now on. */
  way: CarrierWay = 'silence';
  /** Requests that came, by method. */
  readonly requests: string[] = [];
  /** The user agents that registered with a password. */
  readonly registered: string[] = [];
  readonly host: string;
  readonly port: number;
  readonly #socket: WireSocket;
  readonly #answers: string[] = [];

  private constructor(host: string, port: number, socket: WireSocket) {
    this.host = host;
    this.port = port;
    this.#socket = socket;
    socket.listen((text, from) => this.#on(text, from));
  }

  static async open(host: string, port: number): Promise<Carrier> {
    return new Carrier(host, port, await WireSocket.open(host, port));
  }

  get wire(): WireLog {
    return this.#socket.wire;
  }

  close(): void {
    this.#socket.close();
  }

  /** Waits for a call. */
  async carries(timeoutMs = 10_000): Promise<CarriedCall> {
    const count = this.calls.length;
    return this.#until(() => this.calls[count], timeoutMs);
  }

  /**
   * Calls the exchange, and waits for its final answer.
   * @returns the status, and where the exchange hears; `hangUp` ends an answered call
   */
  async call(exchangePort: number, number: string, from: string, mediaPort: number) {
    const callId = `${Math.random().toString(36).slice(2)}@${this.host}`;
    const request = (method: string, sequence: number, to: string, body: string): void => {
      const lines = [
        `${method} sip:${number}@127.0.0.1:${exchangePort} SIP/2.0`,
        `Via: SIP/2.0/UDP ${this.host}:${this.port};branch=z9hG4bK${callId.slice(0, 8)}${method}${sequence}`,
        `From: <sip:${from}@${this.host}>;tag=carrier`,
        `To: ${to}`,
        `Call-ID: ${callId}`,
        `CSeq: ${sequence} ${method === 'ACK' ? 'ACK' : method}`,
        `Contact: <sip:${from}@${this.host}:${this.port}>`,
        'Max-Forwards: 70',
        ...(body === '' ? [] : ['Content-Type: application/sdp']),
        `Content-Length: ${body.length}`,
      ];
      this.#send(`${lines.join('\r\n')}\r\n\r\n${body}`, exchangePort);
    };
    request('INVITE', 1, `<sip:${number}@127.0.0.1>`, sdp(mediaPort));
    const final = await this.#until(
      () => this.#answers.find((answer) => answer.includes(callId) && /^SIP\/2\.0 [2-6]/.test(answer)),
      10_000,
    );
    const to = headerOf(final, 'To');
    request('ACK', 1, to, '');
    const status = Number(final.slice(8, 11));
    const mediaHost = /^c=IN IP4 (\S+)/m.exec(final)?.[1];
    return { status, mediaHost, mediaPort: mediaPortOf(final), hangUp: () => request('BYE', 2, to, '') };
  }

  /** Answers the call that it has announced something to, with audio at this port, or refuses it. */
  decide(way: { readonly answer: number } | { readonly refuse: number }): void {
    const { message, port } = this.#undecided ?? {};
    if (message === undefined || port === undefined) throw new Error('The carrier has no call');
    if ('refuse' in way) this.#reply(message, port, way.refuse);
    else this.#reply(message, port, 200, sdp(way.answer));
  }

  #on(message: string, port: number): void {
    if (message.startsWith('SIP/2.0')) return void this.#answers.push(message);
    const method = message.slice(0, message.indexOf(' '));
    this.requests.push(method);
    if (method === 'OPTIONS' || method === 'BYE') return this.#reply(message, port, 200);
    if (method === 'REGISTER') return this.#register(message, port);
    if (method === 'CANCEL') {
      this.#reply(message, port, 200);
      return this.#reply(message.replace(/^(CSeq: \d+) CANCEL/m, '$1 INVITE'), port, 487);
    }
    if (method === 'INVITE') this.#invited(message, port);
  }

  #register(message: string, port: number): void {
    if (!message.includes('Authorization: Digest')) return this.#reply(message, port, 401);
    this.registered.push(user(headerOf(message, 'Contact')));
    this.#reply(message, port, 200);
  }

  #invited(message: string, port: number): void {
    const { way } = this;
    const isRepeated = this.calls.length > 0 && this.#lastCallId === headerOf(message, 'Call-ID');
    this.#lastCallId = headerOf(message, 'Call-ID');
    if (!isRepeated) {
      this.calls.push({
        dialled: user(message),
        from: user(headerOf(message, 'From')),
        asserted: user(headerOf(message, 'P-Asserted-Identity')),
        mediaPort: mediaPortOf(message),
      });
    }
    if (way === 'silence') return;
    if (way === 'ring') return this.#reply(message, port, 180);
    this.#undecided = { message, port };
    if ('announce' in way) return this.#reply(message, port, 183, sdp(way.announce));
    if ('refuse' in way) return this.#reply(message, port, way.refuse);
    this.#reply(message, port, 180);
    this.#reply(message, port, 200, sdp(way.answer));
  }
  #lastCallId = '';
  #undecided: { readonly message: string; readonly port: number } | undefined;

  #reply(request: string, port: number, status: number, body = ''): void {
    const copied = ['Via', 'From', 'Call-ID', 'CSeq'].map((name) => `${name}: ${headerOf(request, name)}`);
    const lines = [
      `SIP/2.0 ${status} Carrier`,
      ...copied,
      `To: ${headerOf(request, 'To').replace(/;tag=.*/, '')};tag=carrier`,
      `Contact: ${request.startsWith('REGISTER') ? headerOf(request, 'Contact') : `<sip:${this.host}:${this.port}>`}`,
      ...(status === 401 ? ['WWW-Authenticate: Digest realm="carrier", nonce="1", algorithm=MD5'] : []),
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${body.length}`,
    ];
    this.#send(`${lines.join('\r\n')}\r\n\r\n${body}`, port);
  }

  #send(message: string, port: number): void {
    this.#socket.send(message, port, '127.0.0.1');
  }

  async #until<T>(look: () => T | undefined, timeoutMs: number): Promise<T> {
    for (const tooLate = Date.now() + timeoutMs; Date.now() < tooLate; await sleep(5)) {
      const found = look();
      if (found !== undefined) return found;
    }
    throw new Error(`The carrier waited in vain; it had ${this.requests.join(' ')}`);
  }
}

function headerOf(message: string, name: string): string {
  return new RegExp(`^${name}: *(.*?)\r?$`, 'mi').exec(message)?.[1] ?? '';
}

function mediaPortOf(message: string): number {
  return Number(/^m=audio (\d+)/m.exec(message)?.[1] ?? 0);
}

function sdp(port: number): string {
  return `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${port} RTP/AVP 8\r\n`;
}
