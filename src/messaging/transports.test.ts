import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import smpp from 'smpp';
import { SMTPServer } from 'smtp-server';
import { afterEach, expect, test } from 'vitest';
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
  expect(await transport.send({ ...email, to: 'gone@provedor.net.br' })).toMatchObject({ kind: 'rejected' });
  expect(await transport.send({ ...email, to: 'full@provedor.net.br' })).toMatchObject({ kind: 'failed' });
  expect(await wrong.send(email)).toMatchObject({ kind: 'failed' });
  expect(received).toHaveLength(1);
});

test('by SMTP with nobody there, the message waits', async () => {
  const transport = smtpTransport('smtp://127.0.0.1:1', 'cobranca@provedor.net.br');
  endings.push(() => transport.close());
  expect(await transport.send(email)).toMatchObject({ kind: 'failed' });
});

test('by HTTP: the number and the text arrive unharmed, and statuses are told apart', async () => {
  const asked: URL[] = [];
  const statuses = [202, 400, 500, 302];
  const server = createHttpServer((request, response) => {
    asked.push(new URL(request.url ?? '', 'http://gateway'));
    response.writeHead(statuses.shift() ?? 200, { location: '/elsewhere' }).end('ok');
  });
  const port = await listening(server);
  const transport = httpSmsTransport(`http://127.0.0.1:${port}/send?key=k&to={to}&msg={text}`);
  const kinds = [];
  for (let i = 0; i < 4; i++) kinds.push((await transport.send({ ...sms, text: `${sms.text} {to} $&` })).kind);
  expect(kinds).toEqual(['delivered', 'rejected', 'failed', 'failed']);
  expect(asked[0]?.searchParams.get('to')).toBe('+5534999990000');
  expect(asked[0]?.searchParams.get('msg')).toBe('Olá! Pix: 100% & mais {to} $&');
  expect(asked).toHaveLength(4);
});

type Session = Parameters<Parameters<typeof smpp.createServer>[0]>[0];
type Pdu = Parameters<Session['send']>[0];

async function smppServer(statuses: number[]) {
  const sessions: Session[] = [];
  const submitted: Pdu[] = [];
  const server = smpp.createServer((session) => {
    sessions.push(session);
    session.on('error', () => undefined);
    session.on('bind_transceiver', (pdu: Pdu) =>
      session.send(pdu.response({ command_status: pdu.password === 'senha' ? 0 : 0x0e })),
    );
    session.on('submit_sm', (pdu: Pdu) => {
      submitted.push(pdu);
      session.send(pdu.response({ command_status: statuses.shift() ?? 0 }));
    });
  });
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
