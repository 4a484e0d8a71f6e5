import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { header, offer, statusOf, userOf } from '../../test/phone/sip-text.ts';

/** Nobody listens there: what these phones say and hear does not matter, and costs nothing. */
const mediaPort = 9;
const host = '127.0.0.1';

/** A call that a carrier places. */
export interface PlacedCall {
  /** Resolves when the exchange answers. */
  readonly answered: Promise<void>;
  hangUp(): void;
}

/** What both ends of the exchange have: one socket each for any number of silent calls, one datagram a message. */
class SilentSip {
  readonly #socket: Socket;
  readonly #exchangePort: number;

  constructor(socket: Socket, exchangePort: number) {
    this.#socket = socket;
    this.#exchangePort = exchangePort;
  }

  static async bind(address: string, port: number): Promise<Socket> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4_194_304 });
    socket.bind(port, address);
    await once(socket, 'listening');
    return socket;
  }

  get at(): string {
    const { address, port } = this.#socket.address();
    return `${address}:${port}`;
  }

  send(message: string): void {
    this.#socket.send(message, this.#exchangePort, host);
  }

  reply(request: string, status: number, body = ''): void {
    const copied = ['Via', 'From', 'Call-ID', 'CSeq'].map((name) => `${name}: ${header(request, name)}\r\n`).join('');
    const to = header(request, 'To');
    const tagged = to.includes('tag=') ? to : `${to};tag=${header(request, 'Call-ID').slice(0, 8)}`;
    this.send(
      `SIP/2.0 ${status} Phone\r\n${copied}To: ${tagged}\r\nContact: <sip:phone@${this.at}>\r\n` +
        `${body === '' ? '' : 'Content-Type: application/sdp\r\n'}Content-Length: ${body.length}\r\n\r\n${body}`,
    );
  }

  close(): void {
    this.#socket.close();
  }
}

/** Phones of agents, all at one port: each answers at once, and talks until it is hung up on. */
export class AgentPhones extends SilentSip {
  /** @param rung told the number that calls, of each call */
  static async open(exchangePort: number, port: number, rung: (callerNumber: string) => void): Promise<AgentPhones> {
    const socket = await SilentSip.bind(host, port);
    const phones = new AgentPhones(socket, exchangePort);
    const known = new Set<string>();
    socket.on('message', (data) => {
      const message = data.toString();
      const [method = ''] = message.split(' ', 1);
      if (message.startsWith('SIP/2.0') || method === 'ACK') return;
      const isInvite = method === 'INVITE';
      phones.reply(message, 200, isInvite ? offer(mediaPort, 'sendrecv') : '');
      const callId = header(message, 'Call-ID');
      if (!isInvite || known.has(callId)) return;
      known.add(callId);
      rung(userOf(header(message, 'From')));
    });
    return phones;
  }
}

/** A carrier that is known by its address, and places calls. */
export class SilentCarrier extends SilentSip {
  readonly #calls = new Map<string, (message: string) => void>();
  /** What the exchange said of calls that it refused or ended. */
  readonly failures: string[] = [];

  static async open(exchangePort: number, address: string, port: number): Promise<SilentCarrier> {
    const socket = await SilentSip.bind(address, port);
    const carrier = new SilentCarrier(socket, exchangePort);
    socket.on('message', (data) => {
      const message = data.toString();
      if (!message.startsWith('SIP/2.0')) {
        if (message.startsWith('BYE')) carrier.failures.push(header(message, 'Reason') || 'BYE');
        if (!message.startsWith('ACK')) carrier.reply(message, 200);
        return;
      }
      carrier.#calls.get(header(message, 'Call-ID'))?.(message);
    });
    return carrier;
  }

  call(number: string, from: string): PlacedCall {
    const callId = randomBytes(9).toString('hex');
    const answered = Promise.withResolvers<void>();
    let to = `<sip:${number}@${host}>`;
    let isOver = false;
    const request = (method: string, sequence: number, body = ''): void => {
      const lines = [
        `${method} sip:${number}@${host} SIP/2.0`,
        `Via: SIP/2.0/UDP ${this.at};branch=z9hG4bK${callId}${method === 'ACK' ? 'INVITE' : method}`,
        `From: <sip:${from}@${this.at}>;tag=${callId.slice(0, 8)}`,
        `To: ${to}`,
        `Call-ID: ${callId}`,
        `CSeq: ${sequence} ${method}`,
        `Contact: <sip:${from}@${this.at}>`,
        'Max-Forwards: 70',
        ...(body === '' ? [] : ['Content-Type: application/sdp']),
        `Content-Length: ${body.length}`,
      ];
      this.send(`${lines.join('\r\n')}\r\n\r\n${body}`);
    };
    this.#calls.set(callId, (message) => {
      const status = statusOf(message);
      if (status < 200) return;
      if (header(message, 'CSeq').endsWith('BYE')) return void this.#calls.delete(callId);
      to = header(message, 'To');
      request('ACK', 1);
      if (status === 200) return answered.resolve();
      this.failures.push(String(status));
      this.#calls.delete(callId);
    });
    request('INVITE', 1, offer(mediaPort, 'sendrecv'));
    return {
      answered: answered.promise,
      hangUp: () => {
        if (!isOver) request('BYE', 2);
        isOver = true;
      },
    };
  }
}
