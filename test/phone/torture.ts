/**
 * The messages of RFC 4475, "SIP Torture Test Messages", by the names that it gives them: each has what its section says is
 * odd about it. `{host}` stands for who sends it.
 */
const sdp =
  'v=0\r\no=mhandley 29739 7272939 IN IP4 192.0.2.3\r\ns=-\r\nc=IN IP4 192.0.2.4\r\nt=0 0\r\nm=audio 49217 RTP/AVP 0 12\r\n';

interface Parts {
  /** The whole first line. */
  readonly start?: string;
  readonly method?: string;
  readonly uri?: string;
  /** Headers in the place of those of the same name; null leaves one out. */
  readonly change?: Readonly<Record<string, string | null>>;
  readonly more?: readonly string[];
  readonly body?: string;
}

function message({
  method = 'INVITE',
  uri = 'sip:user@example.com',
  change = {},
  more = [],
  body = '',
  ...given
}: Parts): string {
  const usual: Record<string, string | null> = {
    Via: 'SIP/2.0/UDP {host}:5060;branch=z9hG4bK-39234-23523',
    From: '"caller" <sip:caller@example.net>;tag=134161461246',
    To: '<sip:user@example.com>',
    'Call-ID': 'torture.0ha0isndaksdjasdf3234nas',
    CSeq: `8 ${method}`,
    'Max-Forwards': '7',
    Contact: '<sip:caller@{host}>',
    ...(body === '' ? {} : { 'Content-Type': 'application/sdp' }),
    'Content-Length': String(body.length),
    ...change,
  };
  const lines = Object.entries(usual).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
  return [given.start ?? `${method} ${uri} SIP/2.0`, ...lines, ...more, '', body].join('\r\n');
}

const response = (start: string, parts: Parts = {}): string => message({ ...parts, start });
const register = (parts: Parts): string => message({ method: 'REGISTER', uri: 'sip:example.com', ...parts });
const options = (parts: Parts): string => message({ method: 'OPTIONS', ...parts });
const long = (text: string, times: number): string => text.repeat(times);

/** Section 3.1.1: valid, if strange. */
const valid: Readonly<Record<string, string>> = {
  wsinv:
    'INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0\r\nTO :\r\n sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n\r\n' +
    'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>\r\n  ;\r\n  tag = 98asjd8\r\nMaX-fOrWaRdS: 0068\r\nCall-ID: wsinv.ndaksdj@192.0.2.1\r\n' +
    'Content-Length   : 150\r\ncseq: 0009\r\n  INVITE\r\nVia  : SIP  /   2.0\r\n /UDP\r\n    {host};branch=390skdjuw\r\ns :\r\n' +
    'NewFangledHeader:   newfangled value\r\n continued newfangled value\r\nUnknownHeaderWithUnusualValue: ;;,,;;,;\r\nContent-Type: application/sdp\r\n' +
    'Route:\r\n <sip:services.example.com;lr;unknownwith=value;unknown-no-value>\r\nv:  SIP  / 2.0  / TCP     spindle.example.com   ;\r\n  branch  =   z9hG4bK9ikj8  ,\r\n' +
    ' SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n z9hG4bK30239\r\nm:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =\r\n      newvalue ;\r\n  secondparam ; q = 0.33\r\n\r\n' +
    sdp,
  intmeth: message({
    method: "!interesting-Method0123456789_*+`.%indeed'~",
    uri: "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com",
    change: { To: '"BEL:\u0007 NUL:\0 DEL:\u007f" <sip:1_unusual.URI~(to-be!sure)@example.com>' },
    more: ["extensionHeader-!.%*+_`'~: \u0438\u0441"],
  }),
  esc01: message({
    uri: 'sip:sips%3Auser%40example.com@example.net',
    change: { To: 'sip:%75se%72@example.com', From: '<sip:I%20have%20spaces@example.net>;tag=938' },
    more: ['Contact: <sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31>'],
    body: sdp,
  }),
  escnull: register({
    change: {
      To: 'sip:null-%00-null@example.com',
      Contact: '<sip:%00@host5.example.com>, <sip:%00%00@host5.example.com>',
    },
  }),
  esc02: message({
    method: 'RE%47IST%45R',
    uri: 'sip:registrar.example.com',
    change: { To: '"%Z%45" <sip:resource@example.com>' },
  }),
  lwsdisp: options({ change: { From: 'caller<sip:caller@example.com>;tag=323' } }),
  longreq: message({
    change: {
      To: `"I have a user name of ${long('extreme', 10)} proportion"<sip:user@example.com:6000;unknownparam1=very${long('long', 20)}value;longparam${long('name', 25)}=shortvalue>`,
      From: `sip:${long('amazinglylongcallername', 5)}@example.net;tag=12${long('982', 50)}424;unknownheaderparam${long('name', 20)}=unknown`,
      'Call-ID': `longreq.one${long('really', 20)}longcallid`,
    },
    more: [
      `Unknown-${long('Long', 20)}-Name: unknown-${long('long', 20)}-value`,
      ...Array.from({ length: 34 }, (_, n) => `Via: SIP/2.0/TCP sip${n}.example.com`),
      `Via: SIP/2.0/UDP 192.0.2.1;branch=very${long('long', 60)}branchvalue`,
    ],
    body: sdp,
  }),
  dblreq: `${register({})}${message({ uri: 'sip:joe@example.com', body: sdp })}`,
  semiuri: options({ uri: 'sip:user;par=u%40example.net@example.com', change: { To: 'sip:j_user@example.com' } }),
  transports: options({
    more: ['UDP', 'SCTP', 'TLS', 'UNKNOWN', 'TCP'].map(
      (name) => `Via: SIP/2.0/${name} t1.example.com;branch=z9hG4bKkdjuw`,
    ),
  }),
  mpart01: message({
    method: 'MESSAGE',
    change: { 'Content-Type': 'multipart/mixed;boundary=7a9cbec02ceef655' },
    body: '--7a9cbec02ceef655\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\n\r\nHello\r\n--7a9cbec02ceef655\r\nContent-Type: application/octet-stream\r\n\r\n0\u0082\u0001R\u0006\t*\u0086H\u0086\0\u0001\r\n--7a9cbec02ceef655--',
  }),
  unreason: response('SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое', { method: 'INVITE', body: sdp }),
  noreason: response('SIP/2.0 100 '),
};

/** Section 3.1.2: invalid. */
const invalid: Readonly<Record<string, string>> = {
  badinv01: message({
    change: { Contact: '"Joe" <sip:joe@example.org>;;;;', Via: 'SIP/2.0/UDP {host}:5060;;,;,,' },
    body: sdp,
  }),
  clerr: message({ change: { 'Content-Length': '9999' }, body: sdp }),
  ncl: message({ change: { 'Content-Length': '-999' }, body: sdp }),
  scalar02: register({
    change: {
      CSeq: '36893488147419103232 REGISTER',
      'Max-Forwards': '300',
      Contact: '<sip:user@host129.example.com>;expires=280297596632815',
    },
    more: ['Expires: 10000000000000000000000000000000000000000000000'],
  }),
  scalarlg: response('SIP/2.0 503 Service Unavailable', {
    change: { CSeq: '9292394834772304023312 OPTIONS' },
    more: ['Retry-After: 949302838503028349304023988', 'Warning: 1812 overture "In Progress"', 'Content-Length: 0'],
  }),
  quotbal: message({ change: { To: '"Mr. J. User <sip:j.user@example.com>' }, body: sdp }),
  ltgtruri: message({ uri: '<sip:user@example.com>', body: sdp }),
  lwsruri: message({ uri: 'sip:user@example.com; lr', body: sdp }),
  lwsstart: message({ start: 'INVITE  sip:user@example.com  SIP/2.0', body: sdp }),
  trws: options({ start: 'OPTIONS sip:remote-target@example.com SIP/2.0  ' }),
  escruri: message({ uri: 'sip:user@example.com?Route=%3Csip:example.com%3E', body: sdp }),
  baddate: message({ more: ['Date: Fri, 01 Jan 2010 16:00:00 EST'], body: sdp }),
  regbadct: register({ change: { Contact: 'sip:user@example.com?Route=%3Csip:sip.example.com%3E' } }),
  badaspec: options({
    change: {
      To: '"Watson, Thomas" < t.watson@example.org >',
      From: '"Bell, Alexander" <a.g.bell@example.com>;tag=433423',
    },
  }),
  baddn: options({
    change: {
      From: 'Bell, Alexander <sip:a.g.bell@example.com>;tag=43',
      To: 'Watson, Thomas <sip:t.watson@example.org>',
    },
  }),
  badvers: options({
    start: 'OPTIONS sip:t.watson@example.org SIP/7.0',
    change: { Via: 'SIP/7.0/UDP {host};branch=z9hG4bKkdjuw' },
  }),
  mismatch01: options({ change: { CSeq: '8 INVITE' } }),
  mismatch02: message({ method: 'NEWMETHOD', change: { CSeq: '8 INVITE' }, body: sdp }),
  bigcode: response('SIP/2.0 4294967301 better not break the receiver'),
};

/** Sections 3.2 to 3.4: transactions, what applications make of it, and RFC 2543. */
const others: Readonly<Record<string, string>> = {
  badbranch: options({ change: { Via: 'SIP/2.0/UDP {host};branch=z9hG4bK' } }),
  insuf: message({ change: { 'Call-ID': null, From: null, To: null }, body: sdp }),
  unkscm: options({ uri: 'nobodyKnowsThisScheme:totallyopaquecontent' }),
  novelsc: options({ uri: 'soap.beep://192.0.2.103:3002' }),
  unksm2: register({
    change: { To: 'isbn:2983792873', From: '<http://www.example.com>;tag=3234233', Contact: '<name:John_Smith>' },
  }),
  bext01: options({
    more: [
      'Require: nothingSupportsThis, nothingSupportsThisEither',
      'Proxy-Require: noProxiesSupportThis, norDoAnyProxiesSupportThis',
    ],
  }),
  invut: message({
    change: { 'Content-Type': 'application/unknownformat' },
    body: '<audio>\r\n <pcmu port="443"/>\r\n</audio>\r\n',
  }),
  regaut01: register({ more: ['Authorization: NoOneKnowsThisScheme opaque-data=here'] }),
  multi01: message({
    more: [
      'CSeq: 59 INVITE',
      'Call-ID: multi01.98asdh@192.0.2.2',
      'From: sip:alice@example.com;tag=98asjd8',
      'To: sip:bob@example.com',
      'Max-Forwards: 5',
      'Contact: <sip:other@127.0.0.1>',
    ],
    body: sdp,
  }),
  mcl01: options({
    change: { 'Content-Length': '13' },
    more: ['Content-Length: 5'],
    body: "There's no way to know how many octets are supposed to be here.\r\n",
  }),
  bcast: response('SIP/2.0 200 OK', {
    change: { Via: 'SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23' },
    body: sdp,
  }),
  zeromf: options({ change: { 'Max-Forwards': '0' } }),
  cparam01: register({ change: { Contact: 'sip:+19725552222@gw1.example.net;unknownparam' } }),
  cparam02: register({ change: { Contact: '<sip:+19725552222@gw1.example.net;unknownparam>' } }),
  regescrt: register({ change: { Contact: '<sip:user@example.com?Route=%3Csip:sip.example.com%3E>' } }),
  sdp01: message({ more: ['Accept: text/nobodyKnowsThis'], body: sdp }),
  inv2543:
    'INVITE sip:UserB@example.com SIP/2.0\r\nVia: SIP/2.0/UDP {host}\r\nFrom: sip:alice@example.com\r\nTo: sip:UserB@example.com\r\nCall-ID: inv2543.1717@ift.example.com\r\nCSeq: 56 INVITE\r\n\r\n' +
    sdp,
};

/** By name, each with an address for `{host}`. */
export function tortureMessages(host: string): readonly (readonly [name: string, bytes: Buffer])[] {
  return Object.entries({ ...valid, ...invalid, ...others }).map(([name, text], n) => [
    name,
    Buffer.from(text.replaceAll('{host}', host).replaceAll('torture.', `torture.${n}.`)),
  ]);
}
