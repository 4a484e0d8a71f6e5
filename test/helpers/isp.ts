import { sql } from 'kysely';
import type { Erp } from '../../src/erp/port.ts';
import type { PaintBoleto } from '../../src/isp/billing/boleto-painter.ts';
import type { SchedulePromiseEnd } from '../../src/isp/billing/service.ts';
import { type DemoSubscriber, loadDemo } from '../../src/isp/demo/service.ts';
import { createEmbeddedErp } from '../../src/isp/embedded-erp.ts';
import type { Concentrators } from '../../src/isp/network/concentrators.ts';
import type { RadiusSession } from '../../src/isp/network/store.ts';
import type { Provider } from '../../src/isp/provider.ts';
import type { EmailMessage, Messaging, SmsMessage } from '../../src/messaging/service.ts';
import { testDatabase } from './database.ts';
import { ManualClock } from './manual-clock.ts';

/** A provider with a small town of subscribers in a database of its own; its time passes only when a test says so. */
export interface TestProvider {
  /** The database's connection URI. */
  readonly url: string;
  readonly provider: Provider;
  readonly erp: Erp;
  readonly clock: ManualClock;
  readonly paintBoleto: PaintBoleto;
  readonly demo: readonly DemoSubscriber[];
  /** Messages handed over for delivery, one for each key. */
  readonly messages: Map<string, EmailMessage | SmsMessage>;
  /** Sessions that the concentrators were asked to drop. */
  readonly dropped: RadiusSession[];
  /** The first contract of a subscriber in a situation of the demonstration's. */
  contractOf(situation: DemoSubscriber['situation']): number;
  close(): Promise<void>;
}

export interface TestProviderOptions {
  readonly now?: string;
  readonly copies?: number;
  readonly others?: number;
  /** The concentrators, or whether there are any; they know every session when left out. */
  readonly concentrators?: Concentrators | boolean;
  readonly schedulePromiseEnd?: SchedulePromiseEnd;
  readonly refuses?: (address: string) => boolean;
}

const timeZone = 'America/Sao_Paulo';

/** Here and now, loaded when a page is first drawn. */
const paintBoleto: PaintBoleto = async (sheet) =>
  (await import('../../src/isp/billing/boleto-pdf.ts')).drawBoleto(sheet);

export async function testProvider(options: TestProviderOptions = {}): Promise<TestProvider> {
  const database = await testDatabase();
  const { db, pool } = database;
  const clock = new ManualClock(options.now ?? '2026-11-21T14:00:00Z');
  const tenant = await db
    .insertInto('tenant')
    .values({ name: 'Provedor', time_zone: timeZone })
    .returning('id')
    .executeTakeFirstOrThrow();
  const provider = { db, pool, tenantId: tenant.id, clock, timeZone };
  const demo = await loadDemo({ ...provider, seed: 7, copies: options.copies ?? 1, others: options.others ?? 0 });
  const messages = new Map<string, EmailMessage | SmsMessage>();
  const dropped: RadiusSession[] = [];
  const store = (message: EmailMessage | SmsMessage) => {
    if (options.refuses?.(message.to) === true) return Promise.resolve('refused' as const);
    messages.set(message.dedupeKey, message);
    return Promise.resolve('accepted' as const);
  };
  const messaging: Messaging = { sendEmail: store, sendSms: store };
  const obliging: Concentrators = {
    knows: () => Promise.resolve('known'),
    drop: (_provider, session) => {
      dropped.push(session);
      return Promise.resolve('dropped');
    },
    answers: () => Promise.resolve(true),
  };
  const { concentrators = true } = options;
  const erp = createEmbeddedErp({
    ...provider,
    messaging,
    paintBoleto,
    schedulePromiseEnd: options.schedulePromiseEnd ?? (() => Promise.resolve()),
    ...(concentrators === false ? {} : { concentrators: concentrators === true ? obliging : concentrators }),
  });
  return {
    url: database.url,
    provider,
    erp,
    clock,
    paintBoleto,
    demo,
    messages,
    dropped,
    contractOf: (situation) => demo.find((one) => one.situation === situation)?.contracts[0] ?? 0,
    close: () => database.close(),
  };
}

/** How a contract stands, and what was done about it. */
export async function standing({ provider: { db, tenantId } }: TestProvider, contractId: number) {
  const { rows } = await sql<{ state: string; promises: string[] | null; tickets: number; group: string }>`
    select c.state, g.groupname as group,
           (select array_agg(status order by id) from promise where tenant_id = c.tenant_id and contract_id = c.id) as promises,
           (select count(*) from ticket where tenant_id = c.tenant_id and contract_id = c.id) as tickets
      from contract c left join radusergroup g on g.username = c.radius_login
     where c.tenant_id = ${tenantId} and c.id = ${contractId}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error(`There is no contract ${contractId}.`);
  return { state: row.state, promises: row.promises ?? [], tickets: row.tickets, blocked: row.group === 'blocked' };
}
