import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { type Personal, personalEmail } from '../kernel/personal.ts';
import { personalPhone } from '../kernel/phone-number.ts';
import { retryDelayMs } from './backoff.ts';
import type { OutboxMessage, OutboxStore } from './store.ts';
import { type Delivery, failed, type OutgoingEmail, type OutgoingSms, type Transport } from './transport.ts';

export interface DeliveryOptions {
  readonly store: OutboxStore;
  readonly email: Transport<OutgoingEmail>;
  readonly sms: Transport<OutgoingSms>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Least time between two messages to one domain, or two SMS. */
  readonly paceMs: { readonly email: number; readonly sms: number };
  /** Told of every attempt. */
  readonly count: (channel: string, outcome: Delivery['kind']) => void;
}

export interface OutboxDelivery {
  start(): void;
  /** There is something to send. */
  wake(): void;
  /** Sends what is due now. @returns how many messages were taken up */
  deliverDue(): Promise<number>;
  /** Resolves when the message on its way has been handed over; the rest stays in the outbox. */
  stop(): Promise<void>;
}

const batch = 20;
const idleMs = 1_000;
const leaseMs = 10 * 60_000;
/** Mail servers keep trying for some days (RFC 5321 section 4.5.4.1: at least 4–5); so do we. */
const giveUpAfterMs = 5 * 86_400_000;

/** Carries messages from the outbox to the transports, at least once each, for as long as it takes. */
export function createDelivery(options: DeliveryOptions): OutboxDelivery {
  const { store, clock, logger, paceMs } = options;
  const lastSentMs = new Map<string, number>();
  const stop = new AbortController();
  let idle = new AbortController();
  let woken = false;
  let loop: Promise<void> | undefined;

  async function deliverDue(): Promise<number> {
    const now = clock.now();
    const taken = await store.claim(now, new Date(now.getTime() + leaseMs), batch);
    const byPace = Object.values(Object.groupBy(taken, (message) => `${message.channel} ${message.paceKey}`));
    await Promise.all(byPace.map((messages = []) => deliverInTurn(messages)));
    return taken.length;
  }

  /** One that fails speaks for those behind it: a server that is down is not asked for each. */
  async function deliverInTurn(messages: readonly OutboxMessage[]): Promise<void> {
    let holdUntil: Date | undefined;
    for (const message of messages) {
      if (stop.signal.aborted || holdUntil !== undefined) await store.putBack(message, holdUntil ?? clock.now());
      else holdUntil = await deliver(message);
    }
  }

  /** @returns when to go on with the same domain, if it could not be delivered now */
  async function deliver(message: OutboxMessage): Promise<Date | undefined> {
    await keepPace(message);
    const outcome = await handOver(message);
    options.count(message.channel, outcome.kind);
    const now = clock.now();
    const to = masked(message);
    const about = { tenantId: message.tenantId, message: message.id, channel: message.channel, to };
    if (outcome.kind === 'delivered') {
      await store.sent(message, now);
      logger.info({ ...about, attempts: message.attempts }, 'a message went out');
      return undefined;
    }
    const reason = outcome.reason.replaceAll(message.recipient, to.toString());
    if (outcome.kind === 'rejected' || now.getTime() - message.createdAt.getTime() >= giveUpAfterMs) {
      await store.bury(message, reason);
      logger.error({ ...about, reason }, 'a message cannot be delivered, and waits among the dead letters');
      return undefined;
    }
    const retryAt = new Date(now.getTime() + retryDelayMs(message.attempts, (message.id % 10) / 10));
    await store.retry(message, retryAt, reason);
    logger.warn({ ...about, reason, retryAt }, 'a message could not be delivered now');
    return retryAt;
  }

  async function keepPace({ channel, paceKey }: OutboxMessage): Promise<void> {
    const key = `${channel} ${paceKey}`;
    const last = lastSentMs.get(key) ?? Number.NEGATIVE_INFINITY;
    const waitMs = last + paceMs[channel] - clock.now().getTime();
    if (waitMs > 0) await clock.sleep(waitMs);
    lastSentMs.set(key, clock.now().getTime());
  }

  async function handOver(message: OutboxMessage): Promise<Delivery> {
    const { recipient: to, content, createdAt } = message;
    const envelope = { reference: `${message.tenantId}-${message.id}`, to, createdAt, text: content.text };
    const attachments = (content.attachments ?? []).map((file) => ({
      ...file,
      content: Buffer.from(file.content, 'base64'),
    }));
    try {
      if (message.channel === 'sms') return await options.sms.send(envelope);
      return await options.email.send({ ...envelope, subject: content.subject ?? '', html: content.html, attachments });
    } catch (error) {
      logger.error({ err: error }, 'a transport threw, which it must never do');
      return failed(error);
    }
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      const taken = await deliverDue().catch((error: unknown) => {
        logger.error({ err: error }, 'the outbox cannot be read; it is tried again');
        return 0;
      });
      if (taken < batch && !woken) await clock.sleep(idleMs, idle.signal).catch(() => undefined);
      woken = false;
      if (idle.signal.aborted) idle = new AbortController();
    }
  }

  function wake(): void {
    woken = true;
    idle.abort();
  }

  return {
    start: () => {
      loop ??= run();
    },
    wake,
    deliverDue,
    stop: async () => {
      stop.abort();
      wake();
      await loop;
      options.email.close();
      options.sms.close();
    },
  };
}

function masked(message: OutboxMessage): Personal {
  return message.channel === 'email' ? personalEmail(message.recipient) : personalPhone(message.recipient);
}
