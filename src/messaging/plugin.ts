import { join } from 'node:path';
import { Counter, type Registry } from 'prom-client';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Database } from '../storage/database.ts';
import { createDelivery, type OutboxDelivery } from './delivery.ts';
import { emailFiles, smsFiles } from './file-transport.ts';
import { httpSmsTransport } from './http-sms-transport.ts';
import { type Messaging, outboxMessaging } from './service.ts';
import { smppTransport } from './smpp-transport.ts';
import { smtpTransport } from './smtp-transport.ts';
import { createOutboxStore, type OutboxStore } from './store.ts';
import type { OutgoingEmail, OutgoingSms, Transport } from './transport.ts';

export interface MessagingOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly config: {
    readonly home: string;
    readonly smtpUrl: string | undefined;
    readonly smsUrl: string | undefined;
    readonly smppUrl: string | undefined;
  };
}

export interface MessagingRoom
  extends Messaging,
    Pick<OutboxDelivery, 'start' | 'stop'>,
    Pick<OutboxStore, 'deadLetters' | 'revive'> {}

/** Ten a second to one mail domain, or to the SMS operator. */
const pace = 100;

/** The outbox with the ways out that the configuration names; without any, messages become files in `<home>/outbox`. */
export function createMessaging({ db, clock, logger, metrics, config }: MessagingOptions): MessagingRoom {
  const store = createOutboxStore(db);
  const folder = join(config.home, 'outbox');
  const paceMs = { email: config.smtpUrl === undefined ? 0 : pace, sms: (config.smsUrl ?? config.smppUrl) ? pace : 0 };
  const transports = { email: emailTransport(config.smtpUrl, folder), sms: smsTransport(config, folder, clock) };
  const counter = new Counter({
    name: 'uirapuru_messages_total',
    help: 'Attempts to hand over a message, by what came of them',
    labelNames: ['channel', 'outcome'],
    registers: [metrics],
  });
  const count = (channel: string, outcome: string) => counter.inc({ channel, outcome });
  const delivery = createDelivery({ store, clock, logger, paceMs, count, ...transports });
  return {
    ...outboxMessaging(store, clock, () => delivery.wake()),
    start: () => delivery.start(),
    stop: () => delivery.stop(),
    deadLetters: store.deadLetters,
    revive: store.revive,
  };
}

/** The sender is the `from` parameter of the URL, since each provider's server insists on its own. */
function emailTransport(url: string | undefined, folder: string): Transport<OutgoingEmail> {
  const from = (url === undefined ? null : new URL(url).searchParams.get('from')) ?? 'uirapuru@localhost';
  return url === undefined ? emailFiles(folder, from) : smtpTransport(url, from);
}

function smsTransport(config: MessagingOptions['config'], folder: string, clock: Clock): Transport<OutgoingSms> {
  if (config.smppUrl !== undefined) return smppTransport(config.smppUrl, clock);
  return config.smsUrl === undefined ? smsFiles(folder) : httpSmsTransport(config.smsUrl);
}
