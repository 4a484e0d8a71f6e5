import { eventPayloadType } from './rtp.ts';

/** A telephone's name and secret at the exchange. */
export interface Account {
  readonly user: string;
  readonly password: string;
  /** The domain it registers in; the exchange's address when left out. */
  readonly domain?: string | undefined;
}

export interface MediaDescription {
  /** Where audio is to be sent; `[media_port]` when SIPp itself sends digits from captures. */
  readonly port: number | '[media_port]';
  /** Payload types offered, in order of preference; 8 is PCMA, 0 PCMU. */
  readonly codecs?: readonly number[];
  /** How keys are told: as telephone events (RFC 4733), or by their tones alone. */
  readonly keys?: 'events' | 'tones';
}

const events = ` ${eventPayloadType}
a=rtpmap:${eventPayloadType} telephone-event/8000
a=fmtp:${eventPayloadType} 0-15
`;
const sdp = ({ port, codecs = [8, 0], keys = 'events' }: MediaDescription): string => `v=0
o=phone 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio ${port} RTP/AVP ${codecs.join(' ')}${keys === 'events' ? events : '\n'}a=ptime:20
a=sendrecv
`;

interface ReplyDetails {
  readonly tag?: boolean;
  readonly retransmit?: boolean;
  readonly body?: string;
  readonly sequence?: string;
}

/**
 * Builds a SIPp scenario step by step. Steps log words that a test can wait for (`PhoneRun.when`): `registered`,
 * `refused`, `ringing`, `answered <port of the other side's audio>`, `rejected <status>`, `cancelled`, `hung up`.
 */
export class Scenario {
  readonly #steps: string[] = [];
  #domain = '[remote_ip]';
  #sequence = 0;
  #labels = 0;
  #variables = new Set<string>();

  /** Registers this phone's address for so many seconds; 0 takes it off. */
  register(account: Account, expiresSeconds = 3600): this {
    return this.#registerTwice(account, expiresSeconds).raw('<recv response="200"/>').note('registered');
  }

  /** Tries to register, and expects to be refused. */
  registerInVain(account: Account): this {
    return this.#registerTwice(account, 3600).raw('<recv response="401"/>').note('refused');
  }

  /** Calls a number and waits until it answers; `name` is what the phone says it is called. */
  call(account: Account, number: string, media: MediaDescription, name = ''): this {
    this.#invite(account, number, media, name);
    for (const progress of [100, 180, 183]) this.raw(`<recv response="${progress}" optional="true"/>`);
    this.#variables.add('line').add('port');
    this.raw(`<recv response="200" rtd="1">
  <action>
    <ereg regexp="m=audio ([0-9]+)" search_in="body" check_it="true" assign_to="line,port"/>
    <log message="answered [$port]"/>
  </action>
</recv>`);
    return this.#sendRequest('ACK', account.user, number, '[branch]', '[peer_tag_param]');
  }

  /** Calls a number and expects it to be rejected with this status. */
  callInVain(
    account: Account,
    number: string,
    media: MediaDescription,
    status: number,
    progresses = [100, 180, 183],
  ): this {
    this.#invite(account, number, media, '');
    for (const progress of progresses) this.raw(`<recv response="${progress}" optional="true"/>`);
    this.raw(`<recv response="${status}" rtd="1"/>`);
    return this.#acknowledgeRefusal(account.user, number).note(`rejected ${status}`);
  }

  /** Hangs up a call of ours. */
  hangUp(account: Account, number: string): this {
    this.#sequence++;
    return this.#sendRequest('BYE', account.user, number, '[branch]', '[peer_tag_param]')
      .raw('<recv response="200"/>')
      .note('hung up');
  }

  /** Hangs up a call that this phone answered. */
  hangUpAnswered(): this {
    return this.#send(
      `BYE sip:[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport
From: <sip:phone@[local_ip]:[local_port]>;tag=[pid]-[call_number]
To: [$from]
Call-ID: [call_id]
CSeq: 1 BYE
Max-Forwards: 70
Content-Length: 0
`,
      'retrans="500"',
    )
      .raw('<recv response="200"/>')
      .note('hung up');
  }

  /** Puts the other side of a call that this phone answered on hold (`sendonly`), or takes it back (`sendrecv`). */
  reinvite(direction: 'sendonly' | 'sendrecv', media: MediaDescription): this {
    const sequence = ++this.#sequence;
    const request = (method: 'INVITE' | 'ACK', body: string): string => `${method} sip:[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport
From: <sip:phone@[local_ip]:[local_port]>;tag=[pid]-[call_number]
To: [$from]
Call-ID: [call_id]
CSeq: ${sequence} ${method}
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
Max-Forwards: 70
${body === '' ? 'Content-Length: 0\n' : `Content-Type: application/sdp\nContent-Length: [len]\n\n${body}`}`;
    this.#send(request('INVITE', sdp(media).replace('a=sendrecv', `a=${direction}`)), 'retrans="500"');
    this.raw('<recv response="100" optional="true"/>').raw('<recv response="200"/>');
    return this.#send(request('ACK', ''));
  }

  /** Waits so long for the other side to hang up; hangs up itself after that (`hangUp`), or fails. */
  untilHungUp(timeoutMs: number, otherwise?: (scenario: this) => void): this {
    const [late, done] = [this.#label(), this.#label()];
    this.raw(`<recv request="BYE" timeout="${timeoutMs}" ${otherwise === undefined ? '' : `ontimeout="${late}"`}/>`);
    this.#reply('200 OK').note('other side hung up');
    if (otherwise === undefined) return this;
    this.raw(`<nop next="${done}"/>`).raw(`<label id="${late}"/>`);
    otherwise(this);
    return this.raw(`<label id="${done}"/>`);
  }

  /** Waits for a call; the phone rings. */
  ring(): this {
    this.raw(`<recv request="INVITE" crlf="true">
  <action>
    <ereg regexp="m=audio ([0-9]+)" search_in="body" check_it="true" assign_to="line,port"/>
    <ereg regexp=".*" search_in="hdr" header="From:" check_it="true" assign_to="from"/>
    <ereg regexp="[0-9]+" search_in="hdr" header="CSeq:" check_it="true" assign_to="sequence"/>
    <log message="ringing [$from]"/>
  </action>
</recv>`);
    for (const variable of ['line', 'port', 'from', 'sequence']) this.#variables.add(variable);
    return this.#reply('180 Ringing', { tag: true });
  }

  /** Refuses the call that rings, such as `486 Busy Here`. */
  refuse(status: string): this {
    return this.#reply(status, { tag: true, retransmit: true }).raw('<recv request="ACK"/>').note('refused');
  }

  /**
   * Answers after so long, unless the caller gives up before. What follows is the talk; when the caller gives up,
   * the scenario ends.
   */
  answerAfter(ms: number, media: MediaDescription): this {
    const answer = this.#label();
    this.#untilCancelled(ms, answer).raw(`<label id="${answer}"/>`);
    this.#reply('200 OK', { tag: true, retransmit: true, body: sdp(media) });
    // The caller's CANCEL may cross our answer, which it cannot undo any more (RFC 3261 section 9.2).
    const [crossed, taken] = [this.#label(), this.#label()];
    this.raw(`<recv request="CANCEL" optional="true" next="${crossed}"/>`);
    this.raw(`<recv request="ACK" next="${taken}"/>`).raw(`<label id="${crossed}"/>`);
    this.#reply('200 OK', { tag: true }).raw('<recv request="ACK"/>').raw(`<label id="${taken}"/>`);
    return this.raw('<nop><action><log message="answered [$port]"/></action></nop>');
  }

  /** Never answers: rings until the caller gives up. */
  untilCancelled(timeoutMs: number): this {
    return this.#untilCancelled(timeoutMs);
  }

  /**
   * Sends digits from a capture of `digitsPcap`, and waits so long; SIPp needs raw sockets for it (root, or CAP_NET_RAW).
   * A BYE during the wait fails the call: wait 0 before `untilHungUp`.
   */
  playCapture(path: string, durationMs: number): this {
    this.raw(`<nop><action><exec play_pcap_audio="${path}"/></action></nop>`);
    return durationMs > 0 ? this.pause(durationMs) : this;
  }

  pause(ms: number): this {
    return this.raw(`<pause milliseconds="${Math.round(ms)}"/>`);
  }

  /** Logs a word that a test can wait for. */
  note(word: string): this {
    return this.raw(`<nop><action><log message="${word}"/></action></nop>`);
  }

  /** A step in SIPp's own words. */
  raw(step: string): this {
    this.#steps.push(step);
    return this;
  }

  /** The scenario as SIPp reads it. */
  toXml(): string {
    const lines = [...this.#steps, '<label id="end"/>', '<nop/>'];
    if (this.#variables.size > 0) lines.push(`<Reference variables="${[...this.#variables].join(',')}"/>`);
    return `<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="phone">\n${lines.join('\n')}\n</scenario>\n`;
  }

  #registerTwice({ user, password, domain }: Account, expiresSeconds: number): this {
    this.#domain = domain ?? this.#domain;
    const request = (authentication: string): string => `REGISTER sip:[remote_ip]:[remote_port] SIP/2.0
${this.#head(user, user, 'REGISTER', '[branch]', '')}
Contact: <sip:${user}@[local_ip]:[local_port];transport=[transport]>
${authentication}Expires: ${expiresSeconds}
Content-Length: 0
`;
    this.#sequence++;
    this.#send(request(''), 'retrans="500"').raw('<recv response="401" auth="true"/>');
    this.#sequence++;
    return this.#send(request(`[authentication username=${user} password=${password}]\n`), 'retrans="500"');
  }

  #invite({ user, password, domain }: Account, number: string, media: MediaDescription, name: string): void {
    this.#domain = domain ?? this.#domain;
    const request = (authentication: string): string => `INVITE sip:${number}@[remote_ip]:[remote_port] SIP/2.0
${this.#head(user, number, 'INVITE', '[branch]', '', name)}
Contact: <sip:${user}@[local_ip]:[local_port];transport=[transport]>
${authentication}Allow: INVITE, ACK, BYE, CANCEL, OPTIONS
Content-Type: application/sdp
Content-Length: [len]

${sdp(media)}`;
    this.#sequence++;
    this.#send(request(''), 'retrans="500"');
    this.raw('<recv response="100" optional="true"/>').raw('<recv response="401" auth="true"/>');
    this.#acknowledgeRefusal(user, number);
    this.#sequence++;
    this.#send(request(`[authentication username=${user} password=${password}]\n`), 'retrans="500" start_rtd="1"');
  }

  /** RFC 3261 section 17.1.1.3: the ACK of a refusal belongs to the INVITE's transaction and bears its Via. */
  #acknowledgeRefusal(user: string, number: string): this {
    return this.#send(`ACK sip:${number}@[remote_ip]:[remote_port] SIP/2.0
[last_Via:]
${this.#headBelowVia(user, number, 'ACK', '[peer_tag_param]')}
Content-Length: 0
`);
  }

  #sendRequest(method: string, user: string, number: string, branch: string, tag: string): this {
    return this.#send(
      `${method} sip:${number}@[remote_ip]:[remote_port] SIP/2.0
${this.#head(user, number, method, branch, tag)}
Content-Length: 0
`,
      method === 'ACK' ? '' : 'retrans="500"',
    );
  }

  #head(user: string, number: string, method: string, branch: string, tag: string, name = ''): string {
    return `Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=${branch};rport
${this.#headBelowVia(user, number, method, tag, name)}`;
  }

  #headBelowVia(user: string, number: string, method: string, tag: string, name = ''): string {
    return `From: ${name === '' ? '' : `"${name}" `}<sip:${user}@${this.#domain}>;tag=[pid]-[call_number]
To: <sip:${number}@${this.#domain}>${tag}
Call-ID: [call_id]
CSeq: ${this.#sequence} ${method}
Max-Forwards: 70
User-Agent: sipp`;
  }

  #reply(status: string, { tag = false, retransmit = false, body = '', sequence = '' }: ReplyDetails = {}): this {
    const content =
      body === '' ? 'Content-Length: 0\n' : `Content-Type: application/sdp\nContent-Length: [len]\n\n${body}`;
    return this.#send(
      `SIP/2.0 ${status}
[last_Via:]
[last_From:]
[last_To:]${tag ? ';tag=[pid]-[call_number]' : ''}
[last_Call-ID:]
${sequence === '' ? '[last_CSeq:]' : `CSeq: ${sequence}`}
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
${content}`,
      retransmit ? 'retrans="500"' : '',
    );
  }

  /** RFC 3261 section 9.2: the CANCEL gets its own 200, the INVITE a 487. */
  #untilCancelled(timeoutMs: number, otherwise?: string): this {
    this.raw(
      `<recv request="CANCEL" timeout="${timeoutMs}" ${otherwise === undefined ? '' : `ontimeout="${otherwise}"`}/>`,
    );
    this.#reply('200 OK', { tag: true });
    this.#reply('487 Request Terminated', { tag: true, retransmit: true, sequence: '[$sequence] INVITE' });
    return this.raw('<recv request="ACK"/>').note('cancelled').raw('<nop next="end"/>');
  }

  #send(message: string, attributes = ''): this {
    return this.raw(`<send ${attributes}><![CDATA[\n\n${message}\n]]></send>`);
  }

  #label(): string {
    return `${++this.#labels}`;
  }
}
