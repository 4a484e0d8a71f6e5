import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { RtpPhone } from './rtp-phone.ts';
import type { Account } from './scenario.ts';
import { header, mediaPort, offer, type SipRequest, statusOf, userOf } from './sip-text.ts';
import type { WireLog } from './wire.ts';
import { WireSocket } from './wire-socket.ts';

const host = '127.0.0.1';
const token = (bytes = 6): string => randomBytes(bytes).toString('hex');
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/**
 * A desk phone with several lines, for what SIPp cannot do well: it holds, transfers (RFC 3515, RFC 3891) and talks on
 * two lines at once. Each of its calls has an ear and a mouth of its own.
 */
export class DeskPhone {
  readonly calls: PhoneCall[] = [];
  readonly account: Account;
  readonly #socket: WireSocket;
  readonly #exchangePort: number;
  readonly #nextMediaPort: () => number;
  readonly #answers: string[] = [];

  private constructor(socket: WireSocket, exchangePort: number, account: Account, nextMediaPort: () => number) {
    this.#socket = socket;
    this.#exchangePort = exchangePort;
    this.account = account;
    this.#nextMediaPort = nextMediaPort;
    socket.listen((text) => void this.#on(text));
  }

  /** A phone that is registered. @param nextMediaPort a port of its own for the audio of each call */
  static async open(exchangePort: number, account: Account, nextMediaPort: () => number): Promise<DeskPhone> {
    const socket = await WireSocket.open(host, 0);
    const phone = new DeskPhone(socket, exchangePort, account, nextMediaPort);
    await phone.register();
    return phone;
  }

  get wire(): WireLog {
    return this.#socket.wire;
  }

  get contact(): string {
    return `<sip:${this.account.user}@${host}:${this.#socket.port}>`;
  }

  /** Calls a number; the call is there at once, `answered` or `ended` comes later. */
  async dial(number: string): Promise<PhoneCall> {
    const call = await this.#newCall(token(8), false);
    call.remoteUri = `sip:${number}@${host}:${this.#exchangePort}`;
    call.remote = `<${call.remoteUri}>`;
    this.calls.push(call);
    // Who waits for the answer is told that there was none by what the test waits for.
    call.invite().catch(() => undefined);
    return call;
  }

  /** Calls a number, and waits until it is answered. */
  async call(number: string): Promise<PhoneCall> {
    const call = await this.dial(number);
    await call.answered;
    return call;
  }

  /** The next call that comes and was not given yet; it rings. */
  async rings(timeoutMs = 30_000): Promise<PhoneCall> {
    const call = await until(() => this.calls.find((one) => one.incoming && !one.given), timeoutMs);
    if (call === undefined) throw new Error(`Extension ${this.account.user} did not ring.`);
    call.given = true;
    return call;
  }

  /** Waits for a call and answers it. */
  async answers(timeoutMs = 30_000): Promise<PhoneCall> {
    const call = await this.rings(timeoutMs);
    call.answer();
    await call.answered;
    return call;
  }

  close(): void {
    for (const call of this.calls) call.ear.close();
    this.#socket.close();
  }

  send(message: string): void {
    this.#socket.send(message, this.#exchangePort, host);
  }

  /** Sends a request, again while nothing comes, until its final answer is there. */
  async ask({
    method,
    uri,
    from,
    to,
    callId,
    sequence,
    extra = '',
    body = '',
    isGivenUp,
  }: SipRequest): Promise<string> {
    const send = (cseq: number, authorization: string): void => {
      this.send(
        `${method} ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP ${host}:${this.#socket.port};branch=z9hG4bK${callId}${cseq};rport\r\n` +
          `From: ${from}\r\nTo: ${to()}\r\nCall-ID: ${callId}\r\nCSeq: ${cseq} ${method}\r\nContact: ${this.contact}\r\n` +
          `Max-Forwards: 70\r\n${authorization}${extra}Content-Length: ${body.length}\r\n\r\n${body}`,
      );
    };
    let cseq = sequence();
    let authorization = '';
    for (let tries = 0; tries < 10; tries++) {
      if (isGivenUp?.() === true) break;
      send(cseq, authorization);
      const current = `${cseq} ${method}`;
      const answer = await until(
        () =>
          this.#answers.find(
            (one) => header(one, 'Call-ID') === callId && header(one, 'CSeq') === current && statusOf(one) >= 200,
          ),
        tries === 0 || method === 'INVITE' ? 20_000 : 2_000,
      );
      if (answer === undefined) continue;
      if (statusOf(answer) !== 401 || authorization !== '') return answer;
      if (method === 'INVITE')
        this.acknowledge(uri, from, header(answer, 'To'), callId, cseq, `z9hG4bK${callId}${cseq}`);
      authorization = this.#authorize(answer, method, uri);
      cseq = sequence();
    }
    throw new Error(`Nothing answered the ${method} of ${this.account.user}`);
  }

  acknowledge(uri: string, from: string, to: string, callId: string, cseq: number, branch: string): void {
    this.send(
      `ACK ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP ${host}:${this.#socket.port};branch=${branch};rport\r\n` +
        `From: ${from}\r\nTo: ${to}\r\nCall-ID: ${callId}\r\nCSeq: ${cseq} ACK\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n`,
    );
  }

  async #newCall(callId: string, incoming: boolean): Promise<PhoneCall> {
    const ear = await RtpPhone.open(this.#nextMediaPort());
    return new PhoneCall(this, callId, incoming, ear);
  }

  /** @param seconds for how long; 0: not any more */
  async register(seconds = 300): Promise<void> {
    let sequence = 0;
    const address = `<sip:${this.account.user}@${host}>`;
    const answer = await this.ask({
      method: 'REGISTER',
      uri: `sip:${host}:${this.#exchangePort}`,
      from: `${address};tag=${token()}`,
      to: () => address,
      callId: token(8),
      sequence: () => ++sequence,
      extra: `Expires: ${seconds}\r\n`,
    });
    if (statusOf(answer) !== 200) throw new Error(`${this.account.user} was not registered: ${statusOf(answer)}`);
  }

  async #on(message: string): Promise<void> {
    const callId = header(message, 'Call-ID');
    let call = this.calls.find((one) => one.callId === callId);
    if (message.startsWith('SIP/2.0')) {
      call?.hearsOf(message);
      return void this.#answers.push(message);
    }
    const [method = ''] = message.split(' ');
    if (call === undefined && method === 'INVITE') {
      call = await this.#newCall(callId, true);
      if (this.calls.some((one) => one.callId === callId)) return call.ear.close();
      this.calls.push(call);
    }
    if (call === undefined) return method === 'ACK' ? undefined : this.reply(message, 481);
    call.on(method, message);
  }

  reply(request: string, status: number, tag = '', body = ''): void {
    const copied = ['Via', 'From', 'Call-ID', 'CSeq'].map((name) => `${name}: ${header(request, name)}\r\n`).join('');
    const to = header(request, 'To');
    this.send(
      `SIP/2.0 ${status} Phone\r\n${copied}To: ${to}${to.includes('tag=') || tag === '' ? '' : `;tag=${tag}`}\r\n` +
        `Contact: ${this.contact}\r\n${body === '' ? '' : 'Content-Type: application/sdp\r\n'}` +
        `Content-Length: ${body.length}\r\n\r\n${body}`,
    );
  }

  #authorize(challenge: string, method: string, uri: string): string {
    const { user, password } = this.account;
    const asked = header(challenge, 'WWW-Authenticate');
    const part = (name: string): string => new RegExp(`${name}="?([^",]+)"?`).exec(asked)?.[1] ?? '';
    const [realm, nonce, cnonce, opaque] = [part('realm'), part('nonce'), token(), part('opaque')];
    const response = md5(
      `${md5(`${user}:${realm}:${password}`)}:${nonce}:00000001:${cnonce}:auth:${md5(`${method}:${uri}`)}`,
    );
    return (
      `Authorization: Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", ` +
      `algorithm=MD5, cnonce="${cnonce}", qop=auth, nc=00000001${opaque === '' ? '' : `, opaque="${opaque}"`}\r\n`
    );
  }
}

/** One call of a desk phone. */
export class PhoneCall {
  readonly callId: string;
  readonly incoming: boolean;
  readonly ear: RtpPhone;
  /** What the other end said of a transfer (`SIP/2.0 200 OK`, RFC 3515 section 2.4.5). */
  readonly progress: string[] = [];
  readonly answered: Promise<void>;
  /** Resolves with the status that refused it, or 0 when it was hung up. */
  readonly ended: Promise<number>;
  /** When somebody was first said to ring, or answered (`performance.now()`). */
  heardOfAt: number | undefined;
  /** Already given to a test. */
  given = false;
  isOver = false;
  /** Whether it was over because this phone hung up. */
  isHungUp = false;
  /** Who is shown to call. */
  shown = '';
  /** What To of an answer said that it rings; empty until then. */
  ringing = '';
  remote = '';
  remoteUri = '';
  readonly tag = token();
  readonly #phone: DeskPhone;
  readonly #answer = Promise.withResolvers<void>();
  readonly #end = Promise.withResolvers<number>();
  #invitation = '';
  #sequence = 0;
  #isAnswered = false;
  #isGivenUp = false;

  constructor(phone: DeskPhone, callId: string, incoming: boolean, ear: RtpPhone) {
    this.#phone = phone;
    this.callId = callId;
    this.incoming = incoming;
    this.ear = ear;
    this.answered = this.#answer.promise;
    this.ended = this.#end.promise;
    this.answered.catch(() => undefined);
  }

  /** Asks for the call, and waits for what comes of it. */
  async invite(): Promise<void> {
    const answer = await this.#ask('INVITE', 'Content-Type: application/sdp\r\n', offer(this.ear.port, 'sendrecv'));
    const status = statusOf(answer);
    this.remote = header(answer, 'To');
    this.#acknowledge(status);
    if (status === 200) return this.#talk(answer);
    this.#over(status);
  }

  answer(): void {
    this.#isAnswered = true;
    this.#phone.reply(this.#invitation, 200, this.tag, offer(this.ear.port, 'sendrecv'));
  }

  refuse(status: number): void {
    this.#phone.reply(this.#invitation, status, this.tag);
    this.#over(status);
  }

  /** A header of the call that came. */
  headerOf(name: string): string {
    return header(this.#invitation, name);
  }

  /** Puts the other side on hold, or takes it back. */
  async hold(held: boolean): Promise<void> {
    const body = offer(this.ear.port, held ? 'sendonly' : 'sendrecv');
    const answer = await this.#ask('INVITE', 'Content-Type: application/sdp\r\n', body);
    this.#acknowledge(statusOf(answer));
    if (statusOf(answer) !== 200) throw new Error(`Holding was refused with ${statusOf(answer)}`);
  }

  /** Sends the other side to a number, or to the other side of another call of this phone. @returns the status */
  async refer(target: string | PhoneCall, extra = ''): Promise<number> {
    const uri = typeof target === 'string' ? `sip:${target}@${host}` : target.replacing();
    return statusOf(await this.#ask('REFER', `Refer-To: <${uri}>\r\n${extra}`));
  }

  /** Its address, with what replaces it (RFC 3891). */
  replacing(): string {
    const remoteTag = /tag=([^;>]+)/.exec(this.remote)?.[1] ?? /tag=([^;>]+)/.exec(this.ringing)?.[1] ?? '';
    const replaces = encodeURIComponent(`${this.callId};to-tag=${remoteTag};from-tag=${this.tag}`);
    return `sip:${userOf(this.remote)}@${host}?Replaces=${replaces}`;
  }

  async hangUp(): Promise<void> {
    if (this.isOver) return;
    if (!this.#isAnswered && !this.incoming) {
      this.#isGivenUp = true;
      this.#phone.send(
        `CANCEL ${this.remoteUri} SIP/2.0\r\nVia: SIP/2.0/UDP ${this.#via()};branch=z9hG4bK${this.callId}${this.#sequence};rport\r\n` +
          `From: ${this.#local()}\r\nTo: <${this.remoteUri}>\r\nCall-ID: ${this.callId}\r\nCSeq: ${this.#sequence} CANCEL\r\n` +
          'Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n',
      );
      return;
    }
    this.isHungUp = true;
    this.#over(0);
    await this.#ask('BYE');
  }

  /** The exchange has said what becomes of it. */
  hearsOf(answer: string): void {
    if (statusOf(answer) >= 180) this.heardOfAt ??= performance.now();
    if (statusOf(answer) === 180) this.ringing = header(answer, 'To');
  }

  /** A request of the exchange. */
  on(method: string, message: string): void {
    if (method === 'ACK') return void (this.#isAnswered && this.#answer.resolve());
    if (method === 'INVITE' && this.#isAnswered) {
      return this.#phone.reply(message, 200, this.tag, offer(this.ear.port, 'sendrecv'));
    }
    if (method === 'INVITE') return this.#invited(message);
    this.#phone.reply(message, 200, this.tag);
    if (method === 'NOTIFY') this.progress.push(message.split('\r\n\r\n')[1]?.trim() ?? '');
    if (method === 'CANCEL') {
      this.#phone.reply(this.#invitation, 487, this.tag);
      this.#over(487);
    }
    if (method === 'BYE') this.#over(0);
  }

  #invited(message: string): void {
    this.#invitation = message;
    this.remote = header(message, 'From');
    this.remoteUri = /<([^>]+)>/.exec(header(message, 'Contact'))?.[1] ?? '';
    this.shown = userOf(this.remote);
    this.ear.sendTo(`${mediaPort(message)}`);
    this.#phone.reply(message, 180, this.tag);
  }

  #talk(answer: string): void {
    this.#isAnswered = true;
    this.remoteUri = /<([^>]+)>/.exec(header(answer, 'Contact'))?.[1] ?? this.remoteUri;
    this.ear.sendTo(`${mediaPort(answer)}`);
    this.#answer.resolve();
  }

  #over(status: number): void {
    if (this.isOver) return;
    this.isOver = true;
    this.ear.fallSilent();
    this.#answer.reject(new Error(`The call was over with ${status} before it was answered.`));
    this.#end.resolve(status);
  }

  #local(): string {
    return `<sip:${this.#phone.account.user}@${host}>;tag=${this.tag}`;
  }

  #via(): string {
    return this.#phone.contact.replace(/.*@([^>]*)>/, '$1');
  }

  #ask(method: string, extra = '', body = ''): Promise<string> {
    return this.#phone.ask({
      method,
      uri: this.remoteUri,
      from: this.#local(),
      to: () => this.remote,
      callId: this.callId,
      sequence: () => ++this.#sequence,
      extra,
      body,
      isGivenUp: () => this.#isGivenUp,
    });
  }

  #acknowledge(status: number): void {
    const branch = `z9hG4bK${this.callId}${this.#sequence}${status === 200 ? 'ack' : ''}`;
    this.#phone.acknowledge(this.remoteUri, this.#local(), this.remote, this.callId, this.#sequence, branch);
  }
}

async function until<T>(look: () => T | undefined, timeoutMs: number): Promise<T | undefined> {
  for (const tooLate = Date.now() + timeoutMs; ; await sleep(5)) {
    const found = look();
    if (found !== undefined || Date.now() > tooLate) return found;
  }
}
