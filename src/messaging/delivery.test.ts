import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { testDatabase } from '../../test/helpers/database.ts';
import { openMailbox } from '../../test/helpers/mailbox.ts';
import { ManualClock } from '../../test/helpers/manual-clock.ts';
import { systemClock } from '../kernel/clock.ts';
import { silentLogger } from '../kernel/logger.ts';
import { createDelivery } from './delivery.ts';
import { messagingTasks } from './jobs.ts';
import { outboxMessaging } from './service.ts';
import { smtpTransport } from './smtp-transport.ts';
import { createOutboxStore, type OutboxStore } from './store.ts';
import { type Delivery, delivered, type OutgoingEmail, type OutgoingSms, type Transport } from './transport.ts';

const database = await testDatabase();
afterAll(() => database.close());
const store = createOutboxStore(database.db);
const endings: (() => unknown)[] = [];
let tenantId = 0;

beforeEach(async () => {
  const tenant = { name: 'Provedor', time_zone: 'America/Sao_Paulo' };
  tenantId = (await database.db.insertInto('tenant').values(tenant).returning('id').executeTakeFirstOrThrow()).id;
});
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
  await database.db.deleteFrom('outbox').execute();
});

const claimAll = { limit: 10, perLane: 10, exceptLanes: [] };

const unused = { send: () => Promise.reject(new Error('not this way')), close: () => undefined };

/** An SMS operator that answers as told, and remembers what it took. */
function operator(...answers: Delivery['kind'][]) {
  const asked: OutgoingSms[] = [];
  const send: Transport<OutgoingSms>['send'] = async (message) => {
    asked.push(message);
    const kind = answers.shift() ?? 'delivered';
    return kind === 'delivered' ? { kind } : { kind, reason: `No service for ${message.to}` };
  };
  return { asked, send, close: () => undefined };
}

function setup(sms: Transport<OutgoingSms> = operator(), paceMs = 0) {
  const clock = new ManualClock('2026-11-21T12:00:00Z');
  const messaging = outboxMessaging(store, clock, () => undefined);
  const parts = { clock, logger: silentLogger, count: () => undefined };
  const delivery = (email: Transport<OutgoingEmail> = unused, over: OutboxStore = store) =>
    createDelivery({
      ...parts,
      email,
      store: over,
      sms,
      push: unused,
      paceMs: (channel) => (channel === 'sms' ? paceMs : 0),
    });
  const text = (dedupeKey: string, to = '+5534999990000') =>
    messaging.sendSms({ tenantId, to, text: dedupeKey, dedupeKey });
  const states = async () => {
    const rows = await database.db.selectFrom('outbox').select(['dedupe_key', 'state']).orderBy('id').execute();
    return rows.map((row) => `${row.dedupe_key} ${row.state}`);
  };
  return { clock, messaging, delivery, text, states };
}

test('the same message asked for twice goes out once; another tenant may use the same key', async () => {
  const sms = operator();
  const { messaging, delivery, text } = setup(sms);
  expect(await text('a')).toBe('accepted');
  expect(await text('a')).toBe('accepted');
  const other = { name: 'Outro', time_zone: 'America/Sao_Paulo' };
  const { id } = await database.db.insertInto('tenant').values(other).returning('id').executeTakeFirstOrThrow();
  await messaging.sendSms({ tenantId: id, to: '+5534999990000', text: 'a', dedupeKey: 'a' });
  expect(await delivery().deliverDue()).toBe(2);
  expect(await delivery().deliverDue()).toBe(0);
  expect(sms.asked).toHaveLength(2);
});

test('an address that cannot exist is refused, and nothing is kept of it', async () => {
  const { messaging, text, states } = setup();
  expect(await text('a', '200')).toBe('refused');
  const email = { tenantId, to: 'ana@', subject: '', text: '', dedupeKey: 'b' };
  expect(await messaging.sendEmail(email)).toBe('refused');
  expect(await states()).toEqual([]);
});

test('an operator that is down is asked for one message, not for each, and later gets them all in order', async () => {
  const sms = operator('failed');
  const { clock, delivery, text, states } = setup(sms);
  for (const key of ['a', 'b', 'c']) {
    await text(key);
    clock.advance(1);
  }
  await delivery().deliverDue();
  expect(sms.asked).toHaveLength(1);
  expect(await delivery().deliverDue()).toBe(0);
  clock.advance(5_000);
  await delivery().deliverDue();
  expect(sms.asked.map((message) => message.text)).toEqual(['a', 'a', 'b', 'c']);
  expect(await states()).toEqual(['a sent', 'b sent', 'c sent']);
});

test('what is refused for good waits among the dead letters, its reason without the number, until a person tries again', async () => {
  const sms = operator('rejected');
  const { clock, delivery, text, states } = setup(sms);
  await text('a');
  await text('b');
  await delivery().deliverDue();
  expect(await states()).toEqual(['a dead', 'b sent']);
  const [letter] = await store.deadLetters(tenantId, 9);
  expect(letter).toMatchObject({ channel: 'sms', recipient: '+5534999990000', attempts: 1 });
  expect(letter?.lastError).toBe('No service for **********0000');
  expect(await store.deadLetters(tenantId + 1, 9)).toEqual([]);
  expect(await store.revive(tenantId + 1, letter?.id ?? 0, clock.now())).toBe(false);
  expect(await store.revive(tenantId, letter?.id ?? 0, clock.now())).toBe(true);
  await delivery().deliverDue();
  expect(await states()).toEqual(['a sent', 'b sent']);
});

test('a message nobody took for five days is given up, not forgotten', async () => {
  const { clock, delivery, text, states } = setup(operator('failed', 'failed'));
  await text('a');
  await delivery().deliverDue();
  clock.advance(5 * 86_400_000);
  await delivery().deliverDue();
  expect(await states()).toEqual(['a dead']);
});

test('what a process that died had taken is sent by the next, and what it said is then not kept', async () => {
  const sms = operator();
  const { clock, delivery, text, states } = setup(sms);
  await text('a');
  await store.claim(clock.now(), new Date(clock.now().getTime() + 600_000), claimAll);
  expect(await delivery().deliverDue()).toBe(0);
  clock.advance(600_000);
  expect(await delivery().deliverDue()).toBe(1);
  expect(await states()).toEqual(['a sent']);
  const [row] = await database.db.selectFrom('outbox').select(['content', 'attempts']).execute();
  expect(row).toEqual({ content: {}, attempts: 2 });
});

test('messages to one operator keep their pace', async () => {
  const at: number[] = [];
  const sms = operator();
  const { clock, delivery, text } = setup(
    { ...sms, send: (message) => (at.push(clock.now().getTime()), sms.send(message)) },
    100,
  );
  for (const key of ['a', 'b', 'c']) await text(key);
  await delivery().deliverDue();
  expect(at.map((time) => time - (at[0] ?? 0))).toEqual([0, 100, 200]);
});

test('four deliverers at once send each of a hundred messages once', async () => {
  const sms = operator();
  const { delivery, text } = setup(sms);
  for (let i = 0; i < 100; i++) await text(String(i));
  const drain = async () => {
    const one = delivery();
    while ((await one.deliverDue()) > 0);
  };
  await Promise.all([drain(), drain(), drain(), drain()]);
  expect(new Set(sms.asked.map((message) => message.text)).size).toBe(100);
  expect(sms.asked).toHaveLength(100);
});

test('a slow domain with many messages before it keeps nobody else waiting', async () => {
  const { clock, delivery, messaging, text, states } = setup(operator(), 10_000);
  for (let i = 0; i < 40; i++) await text(`slow-${i}`);
  const sent: string[] = [];
  const email = { send: async ({ to }: { to: string }) => (sent.push(to), delivered), close: () => undefined };
  const mail = { tenantId, to: 'ana@provedor.net.br', subject: '', text: '', dedupeKey: 'mail' };
  clock.advance(1);
  await messaging.sendEmail(mail);
  await delivery(email).deliverDue();
  expect(sent).toEqual(['ana@provedor.net.br']);
  expect((await states()).filter((state) => state.endsWith('sent'))).toHaveLength(6);
});

test('a database that is full when a message went out makes nobody get it twice', async () => {
  const sms = operator();
  const { delivery, text, states } = setup(sms);
  await text('a');
  let full = 2;
  const flawed = {
    ...store,
    sent: (...args: Parameters<typeof store.sent>) =>
      full-- > 0 ? Promise.reject(new Error('could not extend file: No space left on device')) : store.sent(...args),
  };
  await delivery(undefined, flawed).deliverDue();
  expect(await states()).toEqual(['a sent']);
  expect(sms.asked).toHaveLength(1);
});

test('a process killed after a mail went out and before it was written: the mail comes again under its own name', async () => {
  const mailbox = await openMailbox();
  endings.push(() => mailbox.close());
  const email = smtpTransport(mailbox.url, 'cobranca@provedor.net.br');
  endings.push(() => email.close());
  const { clock, delivery, messaging, states } = setup();
  const mail = { tenantId, to: 'ana@provedor.net.br', subject: 'Fatura', text: 'Segue.', dedupeKey: 'a' };
  await messaging.sendEmail(mail);
  const killed = { ...store, sent: () => new Promise<void>(() => undefined) };
  void delivery(email, killed).deliverDue();
  await expect.poll(() => mailbox.received.length).toBe(1);
  expect(await delivery(email).deliverDue()).toBe(0);
  clock.advance(10 * 60_000);
  expect(await delivery(email).deliverDue()).toBe(1);
  expect(await states()).toEqual(['a sent']);
  const names = mailbox.received.map((each) => /^Message-ID: (.*)$/m.exec(each.toString())?.[1]);
  expect(names).toHaveLength(2);
  expect(new Set(names).size).toBe(1);
});

test('what is larger than mail servers take is refused with a sentence, and not kept', async () => {
  const { messaging, states } = setup();
  const file = { filename: 'a.pdf', contentType: 'application/pdf', content: Buffer.alloc(15_000_001) };
  const mail = { tenantId, to: 'ana@provedor.net.br', subject: '', text: '', attachments: [file], dedupeKey: 'a' };
  await expect(messaging.sendEmail(mail)).rejects.toThrow('The attachments are 15.0 MB together');
  expect(await states()).toEqual([]);
});

test('what was sent or given up long ago is forgotten; what still may be sent, or a person must decide, is not', async () => {
  const { clock, delivery, text, states } = setup(operator('delivered', 'rejected', 'rejected', 'delivered'));
  for (const key of ['sent', 'given up', 'dead']) {
    await text(key);
    clock.advance(1);
  }
  await delivery().deliverDue();
  const letters = await store.deadLetters(tenantId, 9);
  expect(await store.discard(tenantId, letters[1]?.id ?? 0)).toBe(true);
  clock.advance(91 * 86_400_000);
  await text('waits');
  const { messaging_purge: purge } = messagingTasks(store, clock, silentLogger, 90);
  await purge?.({}, {} as never);
  expect(await states()).toEqual(['dead dead', 'waits pending']);
});

test('a mail server killed in the middle and started again: every e-mail arrives, none is lost', async () => {
  const received: string[] = [];
  const start = async (port: number, dieAfter: number) => {
    const server = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      authOptional: true,
      closeTimeout: 20,
      onData: (stream, _, done) => {
        let text = '';
        stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
        stream.on('end', () => {
          received.push(/^Subject: (\d+)/m.exec(text)?.[1] ?? '?');
          if (received.length === dieAfter) for (const one of server.connections) one.close();
          done();
        });
      },
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const stop = () => new Promise<void>((resolve) => server.close(resolve));
    return { stop, port: (server.server.address() as AddressInfo).port };
  };
  const first = await start(0, 4);
  const email = smtpTransport(`smtp://127.0.0.1:${first.port}`, 'cobranca@provedor.net.br');
  const delivery = createDelivery({
    store,
    email,
    sms: unused,
    push: unused,
    logger: silentLogger,
    count: () => undefined,
    clock: systemClock,
    paceMs: () => 0,
  });
  endings.push(() => delivery.stop());
  const messaging = outboxMessaging(store, systemClock, () => delivery.wake());
  for (let i = 0; i < 10; i++) {
    const mail = { to: `cliente${i}@provedor.net.br`, subject: String(i), text: 'Segue o boleto.' };
    await messaging.sendEmail({ tenantId, dedupeKey: String(i), ...mail });
  }
  await delivery.deliverDue();
  await first.stop();
  expect(received).toHaveLength(4);
  await dueNow();
  await delivery.deliverDue();
  const second = await start(first.port, 0);
  endings.push(() => second.stop());
  await dueNow();
  delivery.start();
  await expect.poll(() => new Set(received).size, { timeout: 10_000 }).toBe(10);
  await expect
    .poll(() => database.db.selectFrom('outbox').where('state', '!=', 'sent').select('id').execute())
    .toEqual([]);
  expect(received.length).toBeLessThanOrEqual(11);
});

/** Instead of waiting for the back-off. */
async function dueNow(): Promise<void> {
  await database.db.updateTable('outbox').set({ next_attempt_at: new Date() }).where('state', '!=', 'sent').execute();
}
