import { join } from 'node:path';
import type { TaskList } from 'graphile-worker';
import { Counter, type Registry } from 'prom-client';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Database } from '../storage/database.ts';
import { createDelivery, type OutboxDelivery } from './delivery.ts';
import { emailFiles, smsFiles } from './file-transport.ts';
import { httpSmsTransport, type SmsGateway } from './http-sms-transport.ts';
import { messagingTasks } from './jobs.ts';
import { type Pace, paceMs } from './pace.ts';
import { outboxPush, type Push } from './push.ts';
import { createPushKeys } from './push-keys.ts';
import { createPushSubscriptions } from './push-subscriptions.ts';
import { pushTransport } from './push-transport.ts';
import { type DeadLetters, type Messaging, outboxDeadLetters, outboxMessaging } from './service.ts';
import { smppTransport } from './smpp-transport.ts';
import { smtpTransport } from './smtp-transport.ts';
import { type Channel, createOutboxStore } from './store.ts';
import type { OutgoingEmail, OutgoingSms, Transport } from './transport.ts';

export interface MessagingOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly config: {
    readonly home: string;
    readonly smtpUrl: string | undefined;
    readonly sms: SmsGateway | undefined;
    readonly smppUrl: string | undefined;
    readonly mailPace: Pace;
    readonly smsPace: Pace;
    readonly pushPace: Pace;
    /** `mailto:` or `https:`, for the push services. */
    readonly pushContact: string;
    readonly outboxDays: number;
  };
  /** A push service of one's own, in a private network and with a certificate of one's own. */
  readonly privatePushService?: { readonly ca: string } | undefined;
}

export interface MessagingRoom extends Messaging, Pick<OutboxDelivery, 'start' | 'stop'> {
  readonly push: Push;
  readonly deadLetters: DeadLetters;
  readonly tasks: TaskList;
}

/** The outbox with the ways out that the configuration names; without any, messages become files in `<home>/outbox`. */
export function createMessaging(options: MessagingOptions): MessagingRoom {
  const { db, clock, logger, metrics, config } = options;
  const store = createOutboxStore(db);
  const folder = join(config.home, 'outbox');
  const isFile = {
    email: config.smtpUrl === undefined,
    sms: config.sms === undefined && config.smppUrl === undefined,
    push: false,
  };
  const paces = { email: config.mailPace, sms: config.smsPace, push: config.pushPace };
  const pace = (channel: Channel, key: string) => (isFile[channel] ? 0 : paceMs(paces[channel], key));
  const privateServices = options.privatePushService !== undefined;
  const subscriptions = createPushSubscriptions({ db, clock, privateServices });
  const keysOf = createPushKeys(db, clock);
  const pushParts = { subscriptions, keysOf, contact: config.pushContact, privateServices };
  const transports = {
    email: emailTransport(config.smtpUrl, folder),
    sms: smsTransport(config, folder, clock),
    push: pushTransport({ ...pushParts, ca: options.privatePushService?.ca }),
  };
  const counter = new Counter({
    name: 'uirapuru_messages_total',
    help: 'Attempts to hand over a message, by what came of them',
    labelNames: ['channel', 'outcome'],
    registers: [metrics],
  });
  const count = (channel: string, outcome: string) => counter.inc({ channel, outcome });
  const delivery = createDelivery({ store, clock, logger, paceMs: pace, count, ...transports });
  const wake = () => delivery.wake();
  return {
    ...outboxMessaging(store, clock, wake),
    start: () => delivery.start(),
    stop: () => delivery.stop(),
    push: outboxPush({ store, subscriptions, clock }, keysOf, wake),
    deadLetters: outboxDeadLetters(store, clock, wake),
    tasks: messagingTasks(store, clock, logger, config.outboxDays),
  };
}

/** The sender is the `from` parameter of the URL, since each provider's server insists on its own. */
function emailTransport(url: string | undefined, folder: string): Transport<OutgoingEmail> {
  const from = (url === undefined ? null : new URL(url).searchParams.get('from')) ?? 'uirapuru@localhost';
  return url === undefined ? emailFiles(folder, from) : smtpTransport(url, from);
}

function smsTransport(config: MessagingOptions['config'], folder: string, clock: Clock): Transport<OutgoingSms> {
  if (config.smppUrl !== undefined) return smppTransport(config.smppUrl, clock);
  return config.sms === undefined ? smsFiles(folder) : httpSmsTransport(config.sms);
}
