import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Account } from './scenario.ts';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const branch = (): string => `z9hG4bK${randomBytes(6).toString('hex')}`;

/** The SIP of a browser's phone (RFC 7118): registers over a WebSocket and sees who calls. It has no ear and no mouth. */
export class WebPhone {
  readonly #socket: WebSocket;
  readonly #received: string[] = [];

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.#received.push(data.toString()));
  }

  /** Opens the WebSocket of an exchange of this machine, whose certificate nobody vouches for. */
  static async open(port: number): Promise<WebPhone> {
    const socket = new WebSocket(`wss://127.0.0.1:${port}/ws`, 'sip', { rejectUnauthorized: false });
    await once(socket, 'open');
    return new WebPhone(socket);
  }

  /** Registers as a user of a domain. @returns the status of the answer to its password */
  async register({ user, password }: Account, domain: string): Promise<number> {
    const callId = randomBytes(8).toString('hex');
    const send = (sequence: number, authorization: string) => {
      const lines = [
        `REGISTER sip:${domain} SIP/2.0`,
        `Via: SIP/2.0/WSS phone.invalid;branch=${branch()}`,
        `From: <sip:${user}@${domain}>;tag=web`,
        `To: <sip:${user}@${domain}>`,
        `Contact: <sip:${user}@phone.invalid;transport=ws>`,
        `Call-ID: ${callId}`,
        `CSeq: ${sequence} REGISTER`,
        'Max-Forwards: 70',
        'Expires: 300',
        ...(authorization === '' ? [] : [`Authorization: ${authorization}`]),
        'Content-Length: 0',
      ];
      this.#socket.send(`${lines.join('\r\n')}\r\n\r\n`);
    };
    const answers = (sequence: number) => (message: string) =>
      message.includes(callId) && message.includes(`CSeq: ${sequence} REGISTER`);
    send(1, '');
    const challenge = await this.#next(answers(1));
    const part = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? '';
    const [realm, nonce, uri, cnonce] = [part('realm'), part('nonce'), `sip:${domain}`, randomBytes(4).toString('hex')];
    const hash = md5(`${user}:${realm}:${password}`);
    const response = md5(`${hash}:${nonce}:00000001:${cnonce}:auth:${md5(`REGISTER:${uri}`)}`);
    send(
      2,
      `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", ` +
        `algorithm=MD5, cnonce="${cnonce}", qop=auth, nc=00000001, opaque="${part('opaque')}"`,
    );
    return statusOf(await this.#next(answers(2)));
  }

  /** The call that comes, as it is on the wire. */
  rings(): Promise<string> {
    return this.#next((message) => message.startsWith('INVITE '));
  }

  close(): void {
    this.#socket.terminate();
  }

  async #next(fits: (message: string) => boolean, timeoutMs = 5_000): Promise<string> {
    for (const tooLate = Date.now() + timeoutMs; Date.now() < tooLate; await sleep(5)) {
      const found = this.#received.find((message) => fits(message) && statusOf(message) !== 100);
      if (found !== undefined) return found;
    }
    throw new Error(`The web phone did not hear what it waited for, but ${this.#received.join('\n')}`);
  }
}

/** Of an answer; 0 for a request. */
function statusOf(message: string): number {
  return Number(/^SIP\/2\.0 (\d{3})/.exec(message)?.[1] ?? 0);
}
