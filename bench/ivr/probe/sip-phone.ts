import { createHash, randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { eventPayloadType } from '../../../test/phone/rtp.ts';
import type { Account } from '../../../test/phone/scenario.ts';

/** A call that was answered. */
export interface AnsweredCall {
  /** Where the other side listens for audio. */
  readonly audioPort: number;
  hangUp(): Promise<void>;
}

interface Response {
  readonly status: number;
  readonly method: string;
  readonly text: string;
}

const host = '127.0.0.1';
const answerWithinMs = 10_000;
const retryMs = 500;

/**
 * The least of a SIP phone (RFC 3261) that a measurement needs: it calls, authenticates itself by digest (RFC 8760),
 * and hangs up. One call at a time.
 */
export class SipPhone {
  readonly #socket: Socket;
  readonly #exchangePort: number;
  readonly #account: Account;
  #waiting: ((response: Response) => void) | undefined;
  #sequence = 0;

  private constructor(socket: Socket, target: string, account: Account) {
    this.#socket = socket;
    this.#exchangePort = Number(target.split(':')[1]);
    this.#account = account;
    socket.on('message', (data) => this.#received(data.toString()));
  }

  /** @param target the exchange, `127.0.0.1:7048` */
  static async open(target: string, account: Account): Promise<SipPhone> {
    const socket = createSocket('udp4');
    socket.bind(0, host);
    await once(socket, 'listening');
    return new SipPhone(socket, target, account);
  }

  close(): void {
    this.#socket.close();
  }

  /** Calls a number and offers A-law audio at a port of ours. @throws Error when it is not answered */
  async call(number: string, audioPort: number): Promise<AnsweredCall> {
    const callId = randomBytes(8).toString('hex');
    const tag = randomBytes(4).toString('hex');
    const uri = `sip:${number}@${host}:${this.#exchangePort}`;
    const body = `v=0\r\no=probe 1 1 IN IP4 ${host}\r\ns=-\r\nc=IN IP4 ${host}\r\nt=0 0\r\nm=audio ${audioPort} RTP/AVP 8 ${eventPayloadType}\r\na=rtpmap:${eventPayloadType} telephone-event/8000\r\na=fmtp:${eventPayloadType} 0-15\r\na=ptime:20\r\n`;
    const request = (method: string, to: string, branch: string, extra: string, content = ''): string =>
      `${method} ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP ${host}:${this.#socket.address().port};branch=z9hG4bK${branch};rport\r\n` +
      `From: <sip:${this.#account.user}@${host}>;tag=${tag}\r\nTo: ${to}\r\nCall-ID: ${callId}\r\n` +
      `CSeq: ${this.#sequence} ${method}\r\nContact: <sip:${this.#account.user}@${host}:${this.#socket.address().port}>\r\n` +
      `Max-Forwards: 70\r\n${extra}Content-Length: ${content.length}\r\n\r\n${content}`;
    const branch = (): string => randomBytes(6).toString('hex');
    const invite = async (authorization: string): Promise<{ response: Response; branch: string }> => {
      this.#sequence += 1;
      const own = branch();
      const head = `${authorization}Content-Type: application/sdp\r\n`;
      return { response: await this.#ask('INVITE', request('INVITE', `<${uri}>`, own, head, body)), branch: own };
    };

    const first = await invite('');
    if (first.response.status !== 401) throw new Error(`The exchange answered ${first.response.status} instead of 401`);
    this.#send(request('ACK', header(first.response.text, 'To'), first.branch, ''));
    const challenge = header(first.response.text, 'WWW-Authenticate');
    const { response } = await invite(authorization(challenge, this.#account, 'INVITE', uri));
    if (response.status !== 200) throw new Error(`The call was answered with ${response.status}`);
    const to = header(response.text, 'To');
    this.#send(request('ACK', to, branch(), ''));
    return {
      audioPort: Number(/m=audio (\d+)/.exec(response.text)?.[1]),
      hangUp: async () => {
        this.#sequence += 1;
        await this.#ask('BYE', request('BYE', to, branch(), ''));
      },
    };
  }

  /** Sends until a final answer comes. */
  async #ask(method: string, message: string): Promise<Response> {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    this.#waiting = (response) => {
      if (response.method !== method) return;
      clearInterval(again);
      if (response.status >= 200) resolve(response);
    };
    this.#send(message);
    const again = setInterval(() => this.#send(message), retryMs);
    const late = setTimeout(() => reject(new Error(`Nothing answered the ${method}`)), answerWithinMs);
    try {
      return await promise;
    } finally {
      clearInterval(again);
      clearTimeout(late);
      this.#waiting = undefined;
    }
  }

  #send(message: string): void {
    this.#socket.send(message, this.#exchangePort, host);
  }

  #received(text: string): void {
    const status = /^SIP\/2\.0 (\d+)/.exec(text)?.[1];
    if (status === undefined) return;
    this.#waiting?.({ status: Number(status), method: header(text, 'CSeq').split(' ')[1] ?? '', text });
  }
}

function header(text: string, name: string): string {
  return new RegExp(`^${name}: *(.*?)\\r?$`, 'im').exec(text)?.[1] ?? '';
}

function authorization(challenge: string, { user, password }: Account, method: string, uri: string): string {
  const part = (name: string): string => new RegExp(`${name}="?([^",]+)"?`).exec(challenge)?.[1] ?? '';
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
  const [realm, nonce, clientNonce] = [part('realm'), part('nonce'), randomBytes(8).toString('hex')];
  const digest = md5(
    `${md5(`${user}:${realm}:${password}`)}:${nonce}:00000001:${clientNonce}:auth:${md5(`${method}:${uri}`)}`,
  );
  const opaque = part('opaque');
  return (
    `Authorization: Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${digest}", ` +
    `algorithm=MD5, cnonce="${clientNonce}", qop=auth, nc=00000001${opaque === '' ? '' : `, opaque="${opaque}"`}\r\n`
  );
}
