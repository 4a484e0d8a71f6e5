import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { generate } from 'selfsigned';
import smpp from 'smpp';
import { SMTPServer } from 'smtp-server';
import { afterEach, expect, test } from 'vitest';
import { openMailbox } from '../../test/helpers/mailbox.ts';
import { systemClock } from '../kernel/clock.ts';
import { emailFiles, smsFiles } from './file-transport.ts';
import { httpSmsTransport } from './http-sms-transport.ts';
import { smppTransport } from './smpp-transport.ts';
import { smtpTransport } from './smtp-transport.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

const createdAt = new Date('2026-11-21T12:00:00Z');
const sms = { reference: '1-7', to: '+5534999990000', text: 'Olá! Pix: 100% & mais', createdAt };
const email = {
  reference: '1-8',
  to: 'ana@provedor.net.br',
  subject: 'Sua fatura',
  text: 'Segue o boleto.',
  html: undefined,
  attachments: [{ filename: 'boleto.pdf', contentType: 'application/pdf', content: Buffer.from('%PDF-1.7') }],
  createdAt,
};

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endings.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'uira-outbox-'));
  endings.push(() => rm(path, { recursive: true }));
  return path;
}

test('without a server, an e-mail is a file that a mail program opens, and one tried twice is one file', async () => {
  const path = await folder();
  const files = emailFiles(path, 'Provedor <cobranca@provedor.net.br>');
  expect(await files.send(email)).toEqual({ kind: 'delivered' });
  await files.send(email);
  expect(await readdir(path)).toEqual(['2026-11-21T120000.000Z-1-8.eml']);
  const text = await readFile(join(path, '2026-11-21T120000.000Z-1-8.eml'), 'utf8');
  expect(text).toContain('To: ana@provedor.net.br');
  expect(text).toContain('filename=boleto.pdf');
  expect(text).toContain(Buffer.from('%PDF-1.7').toString('base64'));
});

test('without an operator, an SMS is a file; with the folder not writable it waits', async () => {
  const path = await folder();
  await smsFiles(path).send(sms);
  const [name = ''] = await readdir(path);
  expect(JSON.parse(await readFile(join(path, name), 'utf8'))).toMatchObject({ to: sms.to, text: sms.text });
  expect(await smsFiles('/dev/null/outbox').send(sms)).toMatchObject({ kind: 'failed' });
});

async function smtpServer(answer: (to: string) => Error | undefined) {
  const received: string[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) =>
      password === 's3nh@' ? done(null, { user: username }) : done(new Error('wrong password')),
    onRcptTo: ({ address }, _, done) => done(answer(address)),
    onData: (stream, _, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        received.push(Buffer.concat(chunks).toString());
        done();
      });
    },
  });
  const port = await listening(server.server);
  return { received, url: (password: string) => `smtp://envio:${encodeURIComponent(password)}@127.0.0.1:${port}` };
}

test('by SMTP: taken, refused for good, refused for now, and a password that is wrong are told apart', async () => {
  const answers: Record<string, number> = { 'gone@provedor.net.br': 550, 'full@provedor.net.br': 452 };
  const { received, url } = await smtpServer((to) => {
    const responseCode = answers[to];
    return responseCode === undefined ? undefined : Object.assign(new Error('no'), { responseCode });
  });
  const transport = smtpTransport(url('s3nh@'), 'cobranca@provedor.net.br');
  const wrong = smtpTransport(url('errada'), 'cobranca@provedor.net.br');
  endings.push(
    () => transport.close(),
    () => wrong.close(),
  );
  expect(await transport.send(email)).toEqual({ kind: 'delivered' });
  expect(received[0]).toContain('Subject: Sua fatura');
  expect(received[0]).toMatch(/^Message-ID: <1-8\.\d+@provedor\.net\.br>\r$/m);
  expect(await transport.send({ ...email, to: 'gone@provedor.net.br' })).toMatchObject({ kind: 'rejected' });
  expect(await transport.send({ ...email, to: 'full@provedor.net.br' })).toMatchObject({ kind: 'failed' });
  expect(await wrong.send(email)).toMatchObject({ kind: 'failed' });
  expect(received).toHaveLength(1);
});

test('by SMTP: a sender that the server does not let us use is ours to put right, and the message waits', async () => {
  const mailbox = await openMailbox({
    onMailFrom: (_, __, done) => done(Object.assign(new Error('not yours'), { responseCode: 550 })),
  });
  const transport = smtpTransport(mailbox.url, 'cobranca@provedor.net.br');
  endings.push(
    () => mailbox.close(),
    () => transport.close(),
  );
  expect(await transport.send(email)).toMatchObject({ kind: 'failed' });
});

test('by SMTP with nobody there, the message waits', async () => {
  const transport = smtpTransport('smtp://127.0.0.1:1', 'cobranca@provedor.net.br');
  endings.push(() => transport.close());
  expect(await transport.send(email)).toMatchObject({ kind: 'failed' });
});

interface Asked {
  readonly method: string | undefined;
  readonly url: URL;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

/** A gateway that answers with each status and text in turn. */
async function gatewayServer(...answers: (readonly [status: number, text: string])[]) {
  const asked: Asked[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '', 'http://gateway');
    asked.push({ method: request.method, url, headers: request.headers, body: await readText(request) });
    const [status, text] = answers.shift() ?? [200, 'ok'];
    response.writeHead(status, { location: '/elsewhere' }).end(text);
  };
  const server = createHttpServer((request, response) => void take(request, response));
  return { asked, address: `http://127.0.0.1:${await listening(server)}` };
}

const plainGateway = { body: undefined, headers: {}, success: undefined };

test('by HTTP: the number and the text arrive unharmed, and statuses are told apart', async () => {
  const { asked, address } = await gatewayServer([202, ''], [400, ''], [500, ''], [302, '']);
  const url = `${address}/send?key=k&to={to}&msg={text}`;
  const transport = httpSmsTransport({ ...plainGateway, url });
  const kinds = [];
  for (let i = 0; i < 4; i++) kinds.push((await transport.send({ ...sms, text: `${sms.text} {to} $&` })).kind);
  expect(kinds).toEqual(['delivered', 'rejected', 'failed', 'failed']);
  expect(asked[0]?.url.searchParams.get('to')).toBe('+5534999990000');
  expect(asked[0]?.url.searchParams.get('msg')).toBe('Olá! Pix: 100% & mais {to} $&');
  expect(asked).toHaveLength(4);
});

test('by HTTP with POST: as JSON with a token, or as a form, whatever stands in the text', async () => {
  const { asked, address } = await gatewayServer();
  const text = 'Olá, "Ana"\n\\ & mais=1';
  const json = httpSmsTransport({
    ...plainGateway,
    url: `${address}/v2/messages`,
    body: '{"from":"provedor","to":"{digits}","contents":[{"type":"text","text":"{text}"}],"id":"{id}"}',
    headers: { 'X-API-TOKEN': 's3gredo' },
  });
  const form = httpSmsTransport({ ...plainGateway, url: address, body: 'numero={digits}&mensagem={text}' });
  expect(await json.send({ ...sms, text })).toEqual({ kind: 'delivered' });
  expect(await form.send({ ...sms, text })).toEqual({ kind: 'delivered' });
  expect(asked[0]).toMatchObject({
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-token': 's3gredo' },
  });
  expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
    from: 'provedor',
    to: '5534999990000',
    contents: [{ type: 'text', text }],
    id: '1-7',
  });
  expect(Object.fromEntries(new URLSearchParams(asked[1]?.body))).toEqual({ numero: '5534999990000', mensagem: text });
});

test('by HTTP to a gateway that says 200 to everything, only what says success counts', async () => {
  const { address } = await gatewayServer([200, '{"status":"erro","saldo":0}'], [200, '{"status":"ok"}']);
  const transport = httpSmsTransport({ ...plainGateway, url: address, success: /"status":\s*"ok"/ });
  expect(await transport.send(sms)).toMatchObject({ kind: 'failed' });
  expect(await transport.send(sms)).toEqual({ kind: 'delivered' });
});

type Session = Parameters<Parameters<typeof smpp.createServer>[0]>[0];
type Pdu = Parameters<Session['send']>[0];

async function smppServer(statuses: number[], certificate?: { key: string; cert: string }) {
  const sessions: Session[] = [];
  const submitted: Pdu[] = [];
  const accept = (session: Session) => {
    sessions.push(session);
    session.on('error', () => undefined);
    session.on('bind_transceiver', (pdu: Pdu) =>
      session.send(pdu.response({ command_status: pdu.password === 'senha' ? 0 : 0x0e })),
    );
    session.on('submit_sm', (pdu: Pdu) => {
      submitted.push(pdu);
      session.send(pdu.response({ command_status: statuses.shift() ?? 0 }));
    });
  };
  const server = certificate === undefined ? smpp.createServer(accept) : smpp.createServer(certificate, accept);
  server.on('tlsClientError', () => undefined);
  endings.push(() => {
    for (const session of sessions) session.destroy();
  });
  const port = await listening(server);
  return { port, sessions, submitted };
}

test('by SMPP: one session for many messages, accents and long texts whole, refusals told apart', async () => {
  const { port, sessions, submitted } = await smppServer([0, 0, 0x0b, 0x58]);
  const transport = smppTransport(`smpp://conta:senha@127.0.0.1:${port}?source=28500`, systemClock);
  endings.push(() => transport.close());
  expect(await transport.send(sms)).toEqual({ kind: 'delivered' });
  expect(await transport.send({ ...sms, text: 'x'.repeat(300) })).toEqual({ kind: 'delivered' });
  expect(await transport.send(sms)).toMatchObject({ kind: 'rejected' });
  expect(await transport.send(sms)).toMatchObject({ kind: 'failed' });
  expect(sessions).toHaveLength(1);
  expect(submitted[0]).toMatchObject({ source_addr: '28500', destination_addr: '5534999990000', dest_addr_ton: 1 });
  expect(submitted[0]?.short_message).toMatchObject({ message: sms.text });
  expect(submitted[1]?.message_payload).toMatchObject({ message: 'x'.repeat(300) });
});

test('by SMPP: a session that was cut is bound anew, and a wrong password or nobody there lets the message wait', async () => {
  const { port, sessions, submitted } = await smppServer([]);
  const transport = smppTransport(`smpp://conta:senha@127.0.0.1:${port}`, systemClock);
  const wrong = smppTransport(`smpp://conta:errada@127.0.0.1:${port}`, systemClock);
  endings.push(
    () => transport.close(),
    () => wrong.close(),
  );
  expect(await transport.send(sms)).toEqual({ kind: 'delivered' });
  for (const session of sessions) session.destroy();
  const kinds: string[] = [];
  await expect.poll(async () => kinds.push((await transport.send(sms)).kind) && kinds.at(-1)).toBe('delivered');
  expect(submitted.length).toBe(1 + kinds.filter((kind) => kind === 'delivered').length);
  expect(await wrong.send(sms)).toMatchObject({ kind: 'failed' });
  expect(await smppTransport('smpp://conta:senha@127.0.0.1:1', systemClock).send(sms)).toMatchObject({
    kind: 'failed',
  });
});

test('by SMPP over TLS: only to a server whose certificate is vouched for', async () => {
  const name = [{ name: 'commonName', value: '127.0.0.1' }];
  const extensions = [{ name: 'subjectAltName' as const, altNames: [{ type: 7 as const, ip: '127.0.0.1' }] }];
  const { cert, private: key } = await generate(name, { algorithm: 'sha256', extensions });
  const { port, submitted } = await smppServer([], { key, cert });
  const ca = join(await folder(), 'ca.pem');
  await writeFile(ca, cert);
  const address = `smpps://conta:senha@127.0.0.1:${port}`;
  const strict = smppTransport(address, systemClock);
  const trusting = smppTransport(`${address}?ca=${encodeURIComponent(ca)}`, systemClock);
  endings.push(
    () => strict.close(),
    () => trusting.close(),
  );
  expect(await strict.send(sms)).toMatchObject({
    kind: 'failed',
    reason: expect.stringMatching(/certificate/) as string,
  });
  expect(submitted).toHaveLength(0);
  expect(await trusting.send(sms)).toEqual({ kind: 'delivered' });
  expect(submitted[0]?.short_message).toMatchObject({ message: sms.text });
  expect(() => smppTransport(`${address}?ca=/nowhere.pem`, systemClock)).toThrow('cannot be read: /nowhere.pem');
});

test('by SMPP to an operator that cuts up nothing: parts which the telephone puts together again', async () => {
  const { port, submitted } = await smppServer([0, 0, 0x14]);
  const transport = smppTransport(`smpp://conta:senha@127.0.0.1:${port}?long=parts`, systemClock);
  endings.push(() => transport.close());
  const text = `Fatura ${'0123456789'.repeat(35)}`;
  expect(await transport.send({ ...sms, text })).toMatchObject({ kind: 'failed' });
  expect(await transport.send({ ...sms, text })).toEqual({ kind: 'delivered' });
  expect(submitted.map((pdu) => pdu.esm_class)).toEqual(Array.from({ length: 6 }, () => 0x40));
  const parts = submitted.slice(3).map((pdu) => pdu.short_message as { udh: Buffer[]; message: string });
  expect(parts.map((part) => part.message).join('')).toBe(text);
  expect(parts.map((part) => [...(part.udh[0] ?? [])])).toEqual([1, 2, 3].map((place) => [0, 3, 7, 3, place]));
});
