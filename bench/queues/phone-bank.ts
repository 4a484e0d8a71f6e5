import { createHash, randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Account } from '../../test/phone/scenario.ts';
import { header, offer, statusOf, userOf } from '../../test/phone/sip-text.ts';

const host = '127.0.0.1';
/** As long as Asterisk lets a phone be registered unless it is told otherwise: nobody registers again meanwhile. */
const expiresSeconds = 7_200;
const firstRepeatMs = 500;
const lostAfterMs = 32_000;
const mostChallenges = 3;
const token = (bytes = 8): string => randomBytes(bytes).toString('hex');
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** A call of one of the phones, from its INVITE on. */
export interface BankCall {
  readonly id: string;
  /** The phone's user. */
  readonly user: string;
  readonly incoming: boolean;
  /** By the clock of `performance.now()`. */
  readonly atMs: number;
}

interface Dialog extends BankCall {
  /** What requests within the call are sent to and say. */
  target: string;
  readonly local: string;
  remote: string;
  sequence: number;
  isOver: boolean;
}

interface Question {
  readonly answered: (answer: string) => void;
}

/** What a bank tells of. */
export interface BankListener {
  /** A phone was invited and has answered at once. */
  readonly rung?: (call: BankCall) => void;
  /** A call ended, whoever hung up. */
  readonly ended?: (call: BankCall) => void;
}

/**
 * Any number of phones behind one socket, which speak SIP and send no audio: they answer at once whoever calls. What they are
 * sent goes to a port where nobody listens.
 */
export class PhoneBank {
  readonly #socket: Socket;
  readonly #exchangePort: number;
  readonly #mediaPort: number;
  readonly #listener: BankListener;
  readonly #asked = new Map<string, Question>();
  /** Requests of which nothing was heard yet: when they are sent again. */
  readonly #unheard = new Map<string, NodeJS.Timeout>();
  readonly #dialogs = new Map<string, Dialog>();

  private constructor(socket: Socket, exchangePort: number, mediaPort: number, listener: BankListener) {
    this.#socket = socket;
    this.#exchangePort = exchangePort;
    this.#mediaPort = mediaPort;
    this.#listener = listener;
    socket.on('message', (data) => this.#on(data.toString(), performance.now()));
  }

  /** @param mediaPort where the exchange is told to send audio */
  static async open(exchangePort: number, mediaPort: number, listener: BankListener = {}): Promise<PhoneBank> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 22 });
    socket.bind(0, host);
    await once(socket, 'listening');
    return new PhoneBank(socket, exchangePort, mediaPort, listener);
  }

  /** How many calls go on. */
  get calls(): number {
    return this.#dialogs.size;
  }

  /** Registers a phone. @returns false when it is not let in */
  async register(account: Account): Promise<boolean> {
    const address = `<sip:${account.user}@${host}>`;
    const answer = await this.#ask(account, 'REGISTER', `sip:${host}:${this.#exchangePort}`, {
      from: `${address};tag=${token()}`,
      to: address,
      callId: token(),
      more: `Expires: ${expiresSeconds}\r\n`,
    });
    return statusOf(answer) === 200;
  }

  /** Calls a number. Resolves when it is answered. @throws when it is not */
  async call(account: Account, number: string): Promise<BankCall> {
    const [uri, id, atMs] = [`sip:${number}@${host}:${this.#exchangePort}`, token(), performance.now()];
    const [local, to] = [`<sip:${account.user}@${host}>;tag=${token()}`, `<${uri}>`];
    const offered = offer(this.#mediaPort, 'sendrecv');
    const answer = await this.#ask(account, 'INVITE', uri, { from: local, to, callId: id, body: offered });
    if (statusOf(answer) !== 200) throw new Error(`${account.user} could not call ${number}: ${statusOf(answer)}`);
    const [target, remote] = [contactOf(answer), header(answer, 'To')];
    const dialog: Dialog = {
      id,
      user: account.user,
      incoming: false,
      atMs,
      target,
      local,
      remote,
      sequence: 10,
      isOver: false,
    };
    this.#dialogs.set(id, dialog);
    this.#request('ACK', dialog, numberOf(answer));
    return dialog;
  }

  /** Hangs a call up. @returns when the BYE was given to the network, by the clock of `performance.now()` */
  hangUp({ id }: BankCall): number {
    const dialog = this.#dialogs.get(id);
    const now = performance.now();
    if (dialog === undefined) return now;
    this.#request('BYE', dialog, ++dialog.sequence);
    this.#end(dialog);
    return now;
  }

  /** Hangs up whatever goes on. */
  hangUpAll(): void {
    for (const dialog of this.#dialogs.values()) this.hangUp(dialog);
  }

  close(): void {
    for (const again of this.#unheard.values()) clearTimeout(again);
    this.#socket.close();
  }

  get #contact(): string {
    return `${host}:${this.#socket.address().port}`;
  }

  #end(dialog: Dialog): void {
    if (!this.#dialogs.delete(dialog.id)) return;
    dialog.isOver = true;
    this.#listener.ended?.(dialog);
  }

  #on(message: string, atMs: number): void {
    const callId = header(message, 'Call-ID');
    if (message.startsWith('SIP/2.0')) {
      const key = `${callId} ${header(message, 'CSeq')}`;
      clearTimeout(this.#unheard.get(key));
      this.#unheard.delete(key);
      if (statusOf(message) >= 200) this.#asked.get(key)?.answered(message);
      return;
    }
    const [method = ''] = message.split(' ', 1);
    const dialog = this.#dialogs.get(callId);
    if (method === 'INVITE' && dialog === undefined) this.#rung(message, callId, atMs);
    else if (method === 'INVITE') this.#reply(message, dialog?.local ?? '', offer(this.#mediaPort, 'sendrecv'));
    else if (method !== 'ACK') {
      this.#reply(message, header(message, 'To'), '');
      if (method === 'BYE' && dialog !== undefined) this.#end(dialog);
    }
  }

  #rung(invite: string, id: string, atMs: number): void {
    const user = userOf(invite.slice(0, invite.indexOf('\r\n')));
    const [local, remote] = [`${header(invite, 'To')};tag=${token()}`, header(invite, 'From')];
    const target = contactOf(invite);
    const dialog: Dialog = { id, user, incoming: true, atMs, target, local, remote, sequence: 0, isOver: false };
    this.#dialogs.set(id, dialog);
    this.#reply(invite, local, offer(this.#mediaPort, 'sendrecv'));
    this.#listener.rung?.(dialog);
  }

  #reply(request: string, to: string, body: string): void {
    const user = userOf(to);
    const vias = [...request.matchAll(/^Via: .*\r\n/gim)].join('');
    const copied = ['From', 'Call-ID', 'CSeq'].map((name) => `${name}: ${header(request, name)}\r\n`).join('');
    this.#send(
      `SIP/2.0 200 OK\r\n${vias}${copied}To: ${to}\r\nContact: <sip:${user}@${this.#contact}>\r\n` +
        `${body === '' ? '' : 'Content-Type: application/sdp\r\n'}Content-Length: ${body.length}\r\n\r\n${body}`,
    );
  }

  /** Sends a request and, when it is asked for, the password. */
  async #ask(
    account: Account,
    method: string,
    uri: string,
    given: { from: string; to: string; callId: string; more?: string; body?: string },
  ): Promise<string> {
    const { from, to, callId, more = '', body = '' } = given;
    const send = (sequence: number, authorization: string): Promise<string> => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const key = `${callId} ${sequence} ${method}`;
      const late = setTimeout(
        () => reject(new Error(`Nothing answered the ${method} of ${account.user}`)),
        lostAfterMs,
      );
      const answered = (answer: string): void => {
        clearTimeout(late);
        this.#asked.delete(key);
        resolve(answer);
      };
      this.#asked.set(key, { answered });
      this.#sendUntilHeard(
        key,
        `${method} ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP ${this.#contact};branch=z9hG4bK${callId}${sequence};rport\r\n` +
          `From: ${from}\r\nTo: ${to}\r\nCall-ID: ${callId}\r\nCSeq: ${sequence} ${method}\r\nMax-Forwards: 70\r\n` +
          `Contact: <sip:${account.user}@${this.#contact}>\r\n${authorization}${more}` +
          `${body === '' ? '' : 'Content-Type: application/sdp\r\n'}Content-Length: ${body.length}\r\n\r\n${body}`,
      );
      return promise;
    };
    let answer = await send(1, '');
    // Asterisk's challenge is good for half a minute, which may be over when much is to be done.
    for (let sequence = 1; statusOf(answer) === 401 && sequence <= mostChallenges; sequence++) {
      if (method === 'INVITE') {
        this.#send(
          `ACK ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP ${this.#contact};branch=z9hG4bK${callId}${sequence};rport\r\nFrom: ${from}\r\n` +
            `To: ${header(answer, 'To')}\r\nCall-ID: ${callId}\r\nCSeq: ${sequence} ACK\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n`,
        );
      }
      answer = await send(sequence + 1, authorizationFor(answer, account, method, uri));
    }
    return answer;
  }

  #request(method: 'ACK' | 'BYE', { target, local, remote, id }: Dialog, sequence: number): void {
    this.#sendUntilHeard(
      `${id} ${sequence} ${method}`,
      `${method} ${target} SIP/2.0\r\nVia: SIP/2.0/UDP ${this.#contact};branch=z9hG4bK${token()};rport\r\n` +
        `From: ${local}\r\nTo: ${remote}\r\nCall-ID: ${id}\r\nCSeq: ${sequence} ${method}\r\nMax-Forwards: 70\r\n` +
        'Content-Length: 0\r\n\r\n',
    );
  }

  /** As RFC 3261, section 17.1, wants it: an Asterisk that has too much to do leaves requests unanswered. */
  #sendUntilHeard(key: string, message: string, afterMs = firstRepeatMs): void {
    this.#send(message);
    if (message.startsWith('ACK ')) return;
    const again = (): void => this.#sendUntilHeard(key, message, afterMs * 2);
    if (afterMs < lostAfterMs) this.#unheard.set(key, setTimeout(again, afterMs));
  }

  #send(message: string): void {
    this.#socket.send(message, this.#exchangePort, host);
  }
}

function contactOf(message: string): string {
  return /<([^>]+)>/.exec(header(message, 'Contact'))?.[1] ?? '';
}

function numberOf(answer: string): number {
  return Number.parseInt(header(answer, 'CSeq'), 10);
}

/** RFC 2617, section 3.2.2, with `qop=auth`. */
function authorizationFor(challenge: string, { user, password }: Account, method: string, uri: string): string {
  const asked = header(challenge, 'WWW-Authenticate');
  const part = (name: string): string => new RegExp(`${name}="?([^",]+)"?`).exec(asked)?.[1] ?? '';
  const [realm, nonce, opaque, cnonce] = [part('realm'), part('nonce'), part('opaque'), token(4)];
  const secret = md5(`${user}:${realm}:${password}`);
  const response = md5(`${secret}:${nonce}:00000001:${cnonce}:auth:${md5(`${method}:${uri}`)}`);
  return (
    `Authorization: Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", ` +
    `algorithm=MD5, cnonce="${cnonce}", qop=auth, nc=00000001${opaque === '' ? '' : `, opaque="${opaque}"`}\r\n`
  );
}
