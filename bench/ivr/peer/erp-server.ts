import { createServer, type ServerResponse } from 'node:http';
import { run as runJobs } from 'graphile-worker';
import { Registry } from 'prom-client';
import { createErpRegistry } from '../../../src/erp/registry.ts';
import type { ErpGateway } from '../../../src/erp/service.ts';
import { createEmbeddedErp } from '../../../src/isp/embedded-erp.ts';
import { ispTasks, schedulePromiseEnd } from '../../../src/isp/jobs.ts';
import { payByWords, unlockWords } from '../../../src/ivr/nodes/unlock.ts';
import { createSpeechPlugin } from '../../../src/ivr/speech/plugin.ts';
import type { Utterance } from '../../../src/ivr/speech/utterance.ts';
import { systemClock as clock } from '../../../src/kernel/clock.ts';
import { createLogger } from '../../../src/kernel/logger.ts';
import { parseTaxId } from '../../../src/kernel/tax-id.ts';
import { openDatabase } from '../../../src/storage/database.ts';

/**
 * The ERP that the peers ask over HTTP: the embedded one behind the same gateway (deadlines, exactly-once acts) that
 * ours uses. Besides its answer it gives the sentences as sound files joined by `&`, which spares the dialplan and the
 * AGI program the Portuguese grammar of amounts and dates: kinder to the peers than reality.
 *
 *   node erp-server.ts <home> <database url> <port> <tenant id> <time zone>
 */
const [home = '', databaseUrl = '', port = '', tenantText = '', timeZone = ''] = process.argv.slice(2);
const tenantId = Number(tenantText);
const logger = createLogger('warn');
const { db, pool } = openDatabase(databaseUrl, logger);
const { speech } = createSpeechPlugin({ home, timeZone, programs: {}, clock, log: logger });
const provider = { db, pool, tenantId, clock, timeZone };
const noMessages = () => Promise.reject(new Error('no messages are sent on the ways that are measured'));
const messaging = { sendEmail: noMessages, sendSms: noMessages };
const counts: Record<string, number> = { invoices: 0, unlock: 0 };
const erps = createErpRegistry({
  db,
  clock,
  logger,
  metrics: new Registry(),
  kinds: {
    embedded: {
      connect: () => createEmbeddedErp({ ...provider, messaging, paintBoleto: noMessages, schedulePromiseEnd }),
      settleMs: 0,
    },
  },
  kindOf: () => 'embedded',
});
const erp = await erps.gatewayFor(tenantId);

type Answer = (erp: ErpGateway, query: URLSearchParams) => Promise<Record<string, string>>;

const answers: Record<string, Answer> = {
  async '/subscriber'(gateway, query) {
    const document = parseTaxId(query.get('document') ?? '');
    if (document === undefined) return { outcome: 'invalid' };
    const found = await gateway.findByDocument(document);
    if (found.kind !== 'done') return { outcome: found.kind };
    const [contract] = found.value.contracts;
    if (contract === undefined) return { outcome: 'no_contract' };
    const amount = { amountCents: contract.overdueCents };
    const sounds = await say([{ say: 'situation_suspended', with: { amount } }, { say: 'offer_unlock' }]);
    return { outcome: 'done', contract: contract.id, status: contract.status, sounds };
  },
  async '/invoices'(gateway, query) {
    const open = await gateway.openInvoices(query.get('contract') ?? '');
    if (open.kind !== 'done') return { outcome: open.kind };
    const total = open.value.reduce((sum, { amountCents }) => sum + amountCents, 0);
    const each = open.value.map((invoice): Utterance => {
      const values = { amount: { amountCents: invoice.amountCents }, date: { date: invoice.dueOn } };
      return { say: invoice.overdue ? 'invoice_overdue' : 'invoice_due', with: values };
    });
    const count: Utterance = { count: open.value.length, of: 'invoice' };
    const opening: Utterance = { say: 'invoices_count', with: { count, amount: { amountCents: total } } };
    return { outcome: 'done', sounds: await say([opening, ...each, { say: 'invoices_end' }]) };
  },
  async '/unlock'(gateway, query) {
    const callId = query.get('call') ?? '';
    const outcome = await gateway.trustUnlock({
      contractId: query.get('contract') ?? '',
      callId,
      callerNumber: '2001',
    });
    if (outcome.kind !== 'done') return { outcome: outcome.kind };
    const { protocol } = outcome.value;
    const number = protocol === undefined ? [] : [{ protocol }];
    const sentences: Utterance[] = [
      ...unlockWords(outcome.value),
      ...number.flatMap((spoken) =>
        ['protocol', 'protocol_repeat'].map((id) => ({ say: id, with: { protocol: spoken } })),
      ),
      ...payByWords(outcome.value),
    ];
    return { outcome: 'done', sounds: await say(sentences) };
  },
  async '/counts'() {
    return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, String(count)]));
  },
};

async function say(utterances: readonly Utterance[]): Promise<string> {
  return (await speech.speak(utterances)).media.map((medium) => medium.slice('sound:'.length)).join('&');
}

// The end of each promise is a job, written by the transaction that grants it, as with ours.
const jobs = await runJobs({
  pgPool: pool,
  concurrency: 2,
  noHandleSignals: true,
  taskList: ispTasks(async () => [provider], logger),
});

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://erp');
  const answer = answers[url.pathname];
  if (answer === undefined) {
    response.writeHead(404).end();
    return;
  }
  void reply(url, answer, response);
});

async function reply(url: URL, answer: Answer, response: ServerResponse): Promise<void> {
  try {
    const body = await answer(erp, url.searchParams);
    const name = url.pathname.slice(1);
    if (body['outcome'] === 'done' && counts[name] !== undefined) counts[name] += 1;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  } catch (error) {
    logger.error({ err: error }, 'the request failed');
    response.writeHead(500).end();
  }
}

server.listen(Number(port), '127.0.0.1', () => process.send?.('ready'));
process.once('SIGTERM', () => {
  server.close();
  void jobs.stop().finally(() => process.exit(0));
});
