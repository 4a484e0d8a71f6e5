import { createHash, randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket as TcpSocket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Account } from './scenario.ts';

export type Transport = 'UDP' | 'TCP' | 'WSS';

/** Where an exchange of this machine listens. */
export interface ExchangePorts {
  readonly sipPort: number;
  readonly wssPort: number;
}

/** What a request says; everything has a sensible default. */
export interface RequestDetails {
  /** The request's own address; the exchange itself when left out. */
  readonly uri?: string;
  readonly from?: string;
  readonly to?: string;
  readonly callId?: string;
  readonly sequence?: number;
  /** The address of his own that he gives. */
  readonly contact?: string;
  /** Whether From has its tag already. */
  readonly isAnswered?: boolean;
  readonly headers?: readonly string[];
  readonly body?: string;
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/**
 * Somebody on the network who is no phone of ours: sends what he likes from an address of his own, over UDP, TCP or a
 * WebSocket, and reads what comes back.
 */
export class Stranger {
  readonly address: string;
  readonly transport: Transport;
  readonly port: number;
  /** Everything that came, in order. */
  readonly received: string[] = [];
  /** What calls to him are answered; he says nothing until it is set. */
  refuses: number | undefined;
  /** Answers calls to him: says where he hears. */
  hearsAt: (() => number) | undefined;
  readonly #send: (data: string | Buffer) => void;
  readonly #close: () => void;
  readonly #exchangePort: number;

  private constructor(
    at: {
      readonly address: string;
      readonly transport: Transport;
      readonly port: number;
      readonly exchangePort: number;
    },
    send: (data: string | Buffer) => void,
    close: () => void,
  ) {
    this.address = at.address;
    this.transport = at.transport;
    this.port = at.port;
    this.#exchangePort = at.exchangePort;
    this.#send = send;
    this.#close = close;
  }

  static async open(transport: Transport, address: string, { sipPort, wssPort }: ExchangePorts): Promise<Stranger> {
    const at = { address, transport, exchangePort: transport === 'WSS' ? wssPort : sipPort };
    if (transport === 'UDP') {
      const socket: Socket = createSocket('udp4');
      socket.bind(0, address);
      await once(socket, 'listening');
      const { port } = socket.address();
      const send = (data: string | Buffer) => socket.send(data, sipPort, '127.0.0.1');
      const stranger = new Stranger({ ...at, port }, send, () => socket.close());
      socket.on('message', (data) => stranger.#heard(data));
      return stranger;
    }
    if (transport === 'TCP') {
      const socket: TcpSocket = connect({ host: '127.0.0.1', port: sipPort, localAddress: address });
      await once(socket, 'connect');
      const port = socket.localPort ?? 0;
      const stranger = new Stranger(
        { ...at, port },
        (data) => socket.write(data),
        () => socket.destroy(),
      );
      // The exchange may end the connection of somebody who speaks nonsense.
      socket.on('error', () => undefined);
      socket.on('data', (data) => stranger.#heard(data));
      return stranger;
    }
    const options = { rejectUnauthorized: false, localAddress: address };
    const socket = new WebSocket(`wss://127.0.0.1:${wssPort}/ws`, 'sip', options);
    await once(socket, 'open');
    const stranger = new Stranger(
      { ...at, port: 5060 },
      (data) => socket.send(data),
      () => socket.terminate(),
    );
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => stranger.#heard(data));
    return stranger;
  }

  close(): void {
    this.#close();
  }

  /** Sends bytes as they are. */
  sendRaw(data: string | Buffer): void {
    this.#send(data);
  }

  /** Sends a request. @returns its Call-ID */
  send(method: string, details: RequestDetails = {}): string {
    const { callId = randomBytes(8).toString('hex'), sequence = 1, headers = [], body = '' } = details;
    const exchange = `127.0.0.1:${this.#exchangePort}`;
    const tag = randomBytes(4).toString('hex');
    const transport = this.transport === 'WSS' ? 'ws' : this.transport.toLowerCase();
    const { contact = `sip:stranger@${this.address}:${this.port};transport=${transport}` } = details;
    const lines = [
      `${method} ${details.uri ?? `sip:${exchange}`} SIP/2.0`,
      `Via: SIP/2.0/${this.transport} ${this.address}:${this.port};branch=z9hG4bK${randomBytes(6).toString('hex')}`,
      `From: ${details.from ?? `<sip:stranger@${this.address}>`}${details.isAnswered === true ? '' : `;tag=${tag}`}`,
      `To: ${details.to ?? `<sip:${exchange}>`}`,
      `Call-ID: ${callId}`,
      `CSeq: ${sequence} ${method}`,
      `Contact: <${contact}>`,
      'Max-Forwards: 70',
      ...headers,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    this.#send(`${lines.join('\r\n')}\r\n\r\n${body}`);
    return callId;
  }

  /** The calls that came to him, each once however often it was repeated. */
  get calls(): readonly string[] {
    const invites = this.received.filter((message) => message.startsWith('INVITE '));
    return [...new Map(invites.map((invite) => [/^Call-ID: *(.*)$/im.exec(invite)?.[1], invite])).values()];
  }

  /** Sends a request, and waits for its final answer. */
  async ask(method: string, details: RequestDetails = {}): Promise<string> {
    return this.finalAnswer(this.send(method, details), details.sequence ?? 1);
  }

  /** Asks, and asks again with a password when one is wanted, as the account or another name. @returns the last answer */
  async askWith({ user, password }: Account, method: string, details: RequestDetails = {}): Promise<string> {
    const callId = randomBytes(8).toString('hex');
    const challenge = await this.ask(method, { ...details, callId });
    if (statusOf(challenge) !== 401) return challenge;
    const part = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? '';
    const uri = details.uri ?? `sip:127.0.0.1:${this.#exchangePort}`;
    const [realm, nonce, cnonce] = [part('realm'), part('nonce'), randomBytes(4).toString('hex')];
    const hash = md5(`${user}:${realm}:${password}`);
    const response = md5(`${hash}:${nonce}:00000001:${cnonce}:auth:${md5(`${method}:${uri}`)}`);
    const authorization =
      `Authorization: Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", ` +
      `response="${response}", algorithm=MD5, cnonce="${cnonce}", qop=auth, nc=00000001, opaque="${part('opaque')}"`;
    return this.ask(method, {
      ...details,
      callId,
      sequence: 2,
      headers: [...(details.headers ?? []), authorization],
    });
  }

  /** The final answer to a request. */
  async finalAnswer(callId: string, sequence = 1, timeoutMs = 5_000): Promise<string> {
    const fits = (message: string): boolean =>
      message.includes(`Call-ID: ${callId}`) && message.includes(`CSeq: ${sequence} `) && statusOf(message) >= 200;
    for (const tooLate = Date.now() + timeoutMs; Date.now() < tooLate; await sleep(2)) {
      const found = this.received.find(fits);
      if (found !== undefined) return found;
    }
    throw new Error(`The stranger had no final answer to ${callId}, but ${this.received.join('\n')}`);
  }

  #heard(data: Buffer): void {
    // Several may come together over TCP.
    const messages = data.toString('latin1').split(/(?=^SIP\/2\.0 )/m);
    this.received.push(...messages);
    for (const message of messages) {
      const method = message.slice(0, message.indexOf(' '));
      if (method === 'OPTIONS' || method === 'CANCEL' || method === 'BYE') this.#answer(message, 200);
      else if (method === 'INVITE' && this.hearsAt !== undefined)
        this.#answer(message, 200, sdp(this.address, this.hearsAt()));
      else if (method === 'INVITE' && this.refuses !== undefined) this.#answer(message, this.refuses);
    }
  }

  #answer(request: string, status: number, body = ''): void {
    const copied = request.split('\r\n').filter((line) => /^(?:Via|From|Call-ID|CSeq):/i.test(line));
    const to = /^To:.*$/im.exec(request)?.[0] ?? '';
    const lines = [
      `SIP/2.0 ${status} Stranger`,
      ...copied,
      /;tag=/.test(to) ? to : `${to};tag=stranger`,
      `Contact: <sip:stranger@${this.address}:${this.port}>`,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${body.length}`,
    ];
    this.#send(`${lines.join('\r\n')}\r\n\r\n${body}`);
  }
}

/** The status of an answer; 0 for a request. */
export function statusOf(message: string): number {
  return Number(/^SIP\/2\.0 (\d{3})/.exec(message)?.[1] ?? 0);
}

/** A description of audio on a port that nobody listens on. */
export function silentSdp(address: string): string {
  return sdp(address, 9);
}

/** A description of A-law audio at a port. */
export function sdp(address: string, port: number): string {
  return `v=0\r\no=- 1 1 IN IP4 ${address}\r\ns=-\r\nc=IN IP4 ${address}\r\nt=0 0\r\nm=audio ${port} RTP/AVP 8\r\n`;
}
