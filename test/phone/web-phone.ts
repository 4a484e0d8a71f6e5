import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Account } from './scenario.ts';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const branch = (): string => `z9hG4bK${randomBytes(6).toString('hex')}`;

/** What stays the same in all requests of a call. */
interface Dialog {
  readonly callId: string;
  /** Headers as they stand in our requests. */
  readonly from: string;
  readonly to: string;
  /** Where the other side is reached. */
  readonly target: string;
}

/** A call that was answered, with what the other side said of its media. */
export interface WebCall {
  readonly sdp: string;
  /** Says something new of our media. @returns the answer */
  reinvite(sdp: string): Promise<string>;
  hangUp(): void;
}

/** The SIP of a browser's phone (RFC 7118): registers over a WebSocket, calls and is called. */
export class WebPhone {
  readonly #socket: WebSocket;
  readonly #received: string[] = [];
  #account: Account = { user: '', password: '' };
  #domain = '';
  #contact = '';
  #sequence = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      const message = data.toString();
      this.#received.push(message);
      if (/^(?:BYE|OPTIONS|CANCEL) /.test(message)) this.#reply(message, '200 OK');
    });
  }

  /** Opens the WebSocket of an exchange of this machine, whose certificate nobody vouches for. */
  static async open(port: number): Promise<WebPhone> {
    const socket = new WebSocket(`wss://127.0.0.1:${port}/ws`, 'sip', { rejectUnauthorized: false });
    await once(socket, 'open');
    return new WebPhone(socket);
  }

  /**
   * Registers as a user of a domain.
   * @param contact what stands in Contact, where it is not the usual
   * @returns the status of the answer to its password
   */
  async register(account: Account, domain: string, contact = `<sip:${account.user}@phone.invalid;transport=ws>`) {
    [this.#account, this.#domain, this.#contact] = [account, domain, `Contact: ${contact}`];
    const address = `<sip:${account.user}@${domain}>`;
    const dialog = { callId: newCallId(), from: `${address};tag=web`, to: address, target: `sip:${domain}` };
    const last = await this.#authorized('REGISTER', dialog, [this.#contact, 'Expires: 300']);
    return statusOf(last);
  }

  /** The call that comes, as it is on the wire. */
  rings(): Promise<string> {
    return this.#next((message) => message.startsWith('INVITE '));
  }

  /** Calls a number, and waits until it is answered. */
  async call(number: string, sdp: string): Promise<WebCall> {
    const target = `sip:${number}@${this.#domain}`;
    const from = `<sip:${this.#account.user}@${this.#domain}>;tag=${randomBytes(4).toString('hex')}`;
    const dialog = { callId: newCallId(), from, to: `<${target}>`, target };
    const answer = await this.#authorized('INVITE', dialog, [this.#contact], sdp);
    if (statusOf(answer) !== 200) throw new Error(`The web phone's call was answered ${statusOf(answer)}`);
    return this.#talk({ ...dialog, to: header(answer, 'To'), target: addressIn(header(answer, 'Contact')) }, answer);
  }

  /** Answers a call that rings. */
  async answer(invite: string, sdp: string): Promise<WebCall> {
    const callId = header(invite, 'Call-ID');
    this.#reply(invite, '200 OK', sdp);
    await this.#next((message) => message.startsWith('ACK ') && message.includes(callId));
    const ours = `${header(invite, 'To')};tag=web`;
    const dialog = { callId, from: ours, to: header(invite, 'From'), target: addressIn(header(invite, 'Contact')) };
    return this.#talk(dialog, invite);
  }

  close(): void {
    this.#socket.terminate();
  }

  #talk(dialog: Dialog, first: string): WebCall {
    const acknowledge = (): number => this.#send('ACK', dialog, this.#sequence, []);
    if (first.startsWith('SIP/2.0')) acknowledge();
    return {
      sdp: bodyOf(first),
      reinvite: async (sdp) => {
        const sequence = this.#send('INVITE', dialog, ++this.#sequence, [this.#contact], sdp);
        const answer = await this.#next(answers(dialog, sequence, 'INVITE'));
        acknowledge();
        return bodyOf(answer);
      },
      hangUp: () => void this.#send('BYE', dialog, ++this.#sequence, []),
    };
  }

  /** Sends a request, and again with the password once it is asked for. @returns the final answer */
  async #authorized(method: string, dialog: Dialog, headers: readonly string[], sdp = ''): Promise<string> {
    const first = this.#send(method, dialog, ++this.#sequence, headers, sdp);
    const challenge = await this.#next(answers(dialog, first, method));
    if (statusOf(challenge) !== 401) return challenge;
    if (method === 'INVITE') this.#send('ACK', { ...dialog, to: header(challenge, 'To') }, first, []);
    const authorization = `Authorization: ${credentials(challenge, method, dialog.target, this.#account)}`;
    const second = this.#send(method, dialog, ++this.#sequence, [...headers, authorization], sdp);
    return this.#next(answers(dialog, second, method));
  }

  #send(method: string, dialog: Dialog, sequence: number, headers: readonly string[], sdp = ''): number {
    this.#write([
      `${method} ${dialog.target} SIP/2.0`,
      `Via: SIP/2.0/WSS phone.invalid;branch=${branch()};rport`,
      `From: ${dialog.from}`,
      `To: ${dialog.to}`,
      `Call-ID: ${dialog.callId}`,
      `CSeq: ${sequence} ${method}`,
      'Max-Forwards: 70',
      ...headers,
      ...bodyLines(sdp),
    ]);
    return sequence;
  }

  #reply(request: string, status: string, sdp = ''): void {
    const via = request.split('\r\n').filter((line) => /^Via:/i.test(line));
    const copied = ['From', 'Call-ID', 'CSeq'].map((name) => `${name}: ${header(request, name)}`);
    const to = header(request, 'To');
    const tagged = `To: ${to}${to.includes(';tag=') ? '' : ';tag=web'}`;
    this.#write([`SIP/2.0 ${status}`, ...via, ...copied, tagged, this.#contact, ...bodyLines(sdp)]);
  }

  #write(lines: readonly string[]): void {
    this.#socket.send(lines.join('\r\n'));
  }

  async #next(fits: (message: string) => boolean, timeoutMs = 30_000): Promise<string> {
    for (const tooLate = Date.now() + timeoutMs; Date.now() < tooLate; await sleep(5)) {
      const found = this.#received.find((message) => fits(message));
      if (found !== undefined) return found;
    }
    throw new Error(`The web phone did not hear what it waited for, but ${this.#received.join('\n')}`);
  }
}

/** RFC 7616, with MD5 as every phone has it. */
function credentials(challenge: string, method: string, uri: string, { user, password }: Account): string {
  const part = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? '';
  const [realm, nonce, cnonce] = [part('realm'), part('nonce'), randomBytes(4).toString('hex')];
  const hash = md5(`${user}:${realm}:${password}`);
  const response = md5(`${hash}:${nonce}:00000001:${cnonce}:auth:${md5(`${method}:${uri}`)}`);
  return (
    `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", ` +
    `algorithm=MD5, cnonce="${cnonce}", qop=auth, nc=00000001, opaque="${part('opaque')}"`
  );
}

/** Whether a message is the final answer to a request. */
function answers({ callId }: Dialog, sequence: number, method: string): (message: string) => boolean {
  return (message) =>
    statusOf(message) >= 200 && message.includes(callId) && message.includes(`CSeq: ${sequence} ${method}`);
}

function newCallId(): string {
  return randomBytes(8).toString('hex');
}

function header(message: string, name: string): string {
  return new RegExp(`^${name}: *(.*?)\r?$`, 'mi').exec(message)?.[1] ?? '';
}

function addressIn(contact: string): string {
  return /<([^>]*)>/.exec(contact)?.[1] ?? contact;
}

function bodyLines(sdp: string): string[] {
  if (sdp === '') return ['Content-Length: 0', '', ''];
  return ['Content-Type: application/sdp', `Content-Length: ${Buffer.byteLength(sdp)}`, '', sdp];
}

/** What stands below the headers. */
export function bodyOf(message: string): string {
  return message.slice(message.indexOf('\r\n\r\n') + 4);
}

/** Of an answer; 0 for a request. */
function statusOf(message: string): number {
  return Number(/^SIP\/2\.0 (\d{3})/.exec(message)?.[1] ?? 0);
}
