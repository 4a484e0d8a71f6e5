import { Registry } from 'prom-client';
import { createGate } from '../../src/access/gate.ts';
import { type Access, createAccess, type Gate } from '../../src/access/service.ts';
import { createBackOffices } from '../../src/isp/back-offices.ts';
import { createInvoiceLinks } from '../../src/isp/billing/service.ts';
import type { BackOffice } from '../../src/isp/service.ts';
import { systemIds } from '../../src/kernel/ids.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { outboxPush } from '../../src/messaging/push.ts';
import { createPushKeys } from '../../src/messaging/push-keys.ts';
import { createPushSubscriptions } from '../../src/messaging/push-subscriptions.ts';
import type { EmailMessage, Push, SmsMessage } from '../../src/messaging/service.ts';
import { createOutboxStore } from '../../src/messaging/store.ts';
import { databaseTrouble } from '../../src/storage/database-trouble.ts';
import { type TestProvider, type TestProviderOptions, testProvider } from './isp.ts';
import { addExtensions } from './live-stream.ts';

/** A test's provider with what a served API needs: its back office, and the gate in front of it. */
export interface ServedOffices extends TestProvider {
  readonly access: Access;
  readonly gate: Gate;
  /** To the outbox, whatever the push service. */
  readonly push: Push;
  readonly officeOf: (tenantId: number) => Promise<BackOffice>;
  readonly isDatabaseTrouble: (error: unknown) => boolean;
  /** Another provider in the same database. */
  readonly otherTenantId: number;
}

export interface ServedOptions extends TestProviderOptions {
  readonly limits?: {
    readonly appPerSecond: number;
    readonly originPerSecond: number;
    readonly failuresPerMinute: number;
  };
}

const wide = { appPerSecond: 1e6, originPerSecond: 1e6, failuresPerMinute: 1e6 };

export async function servedOffices(options: ServedOptions): Promise<ServedOffices> {
  const isp = await testProvider(options);
  const { db } = isp.provider;
  const access = createAccess({ db, clock: isp.clock, ids: systemIds, withDemo: true });
  const gate = createGate({ access, limits: options.limits ?? wide, logger: silentLogger, metrics: new Registry() });
  const take = async (message: EmailMessage | SmsMessage) => {
    isp.messages.set(message.dedupeKey, message);
    return 'accepted' as const;
  };
  const messaging = { sendEmail: take, sendSms: take };
  const subscriptions = createPushSubscriptions({ db, clock: isp.clock, privateServices: true });
  const outbox = { store: createOutboxStore(db), subscriptions, clock: isp.clock };
  const push = outboxPush(outbox, createPushKeys(db, isp.clock), () => undefined);
  const invoiceLinks = createInvoiceLinks({
    db,
    clock: isp.clock,
    ids: systemIds,
    publicUrl: 'https://ura.provedor.example',
    linkDays: undefined,
  });
  const officeOf = createBackOffices({
    provider: isp.provider,
    erpOf: () => isp.erp,
    messaging,
    push,
    paintBoleto: isp.paintBoleto,
    invoiceLinks,
    schedulePromiseEnd: options.schedulePromiseEnd ?? (async () => {}),
  });
  const other = await db
    .insertInto('tenant')
    .values({ name: 'Outro', time_zone: 'America/Sao_Paulo' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await addExtensions(isp.provider, [{ number: '1001', internalId: 'ana.1' }, { number: '1002' }]);
  const isDatabaseTrouble = (error: unknown) => databaseTrouble(error) !== undefined;
  return { ...isp, push, access, gate, officeOf, isDatabaseTrouble, otherTenantId: other.id };
}
