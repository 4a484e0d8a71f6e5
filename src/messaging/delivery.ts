import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { maskedAddress, pushSubscriptionOf } from './address.ts';
import { retryDelayMs } from './backoff.ts';
import type { Channel, OutboxMessage, OutboxStore } from './store.ts';
import {
  type Delivery,
  failed,
  type OutgoingEmail,
  type OutgoingPush,
  type OutgoingSms,
  type Transport,
} from './transport.ts';

export interface DeliveryOptions {
  readonly store: OutboxStore;
  readonly email: Transport<OutgoingEmail>;
  readonly sms: Transport<OutgoingSms>;
  readonly push: Transport<OutgoingPush>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Least time between two messages of one lane: one mail domain, one push service, or all SMS. */
  readonly paceMs: (channel: Channel, paceKey: string) => number;
  /** Told of every attempt. */
  readonly count: (channel: string, outcome: Delivery['kind']) => void;
}

export interface OutboxDelivery {
  start(): void;
  /** There is something to send. */
  wake(): void;
  /** Sends what is due now. @returns how many messages were taken up */
  deliverDue(): Promise<number>;
  /** Resolves when the messages on their way have been handed over; the rest stays in the outbox. */
  stop(): Promise<void>;
}

/** Messages taken at once, and of one lane; a lane that is at work gets none. */
const batch = 20;
const perLane = 5;
const mostLanes = 20;
const idleMs = 1_000;
/** Longer than any lane takes for its few, at the slowest pace there is (one in ten seconds) and half a minute each. */
const leaseMs = 5 * 60_000;
/** Mail servers keep trying for some days (RFC 5321 section 4.5.4.1: at least 4–5); so do we. */
const giveUpAfterMs = 5 * 86_400_000;

/** Carries messages from the outbox to the transports, at least once each, for as long as it takes. */
export function createDelivery(options: DeliveryOptions): OutboxDelivery {
  const { store, clock, logger, paceMs } = options;
  const lastSentMs = new Map<string, number>();
  const stop = new AbortController();
  const stopped = new Promise((resolve) => stop.signal.addEventListener('abort', resolve));
  const lanes = new Map<string, Promise<void>>();
  let idle = new AbortController();
  let woken = false;
  let loop: Promise<void> | undefined;

  async function deliverDue(): Promise<number> {
    const taken = await takeUp();
    await Promise.all(lanes.values());
    return taken;
  }

  /** Each lane goes at its own pace; none waits for another. */
  async function takeUp(): Promise<number> {
    if (lanes.size >= mostLanes) return 0;
    const now = clock.now();
    const of = { limit: batch, perLane, exceptLanes: [...lanes.keys()] };
    const taken = await store.claim(now, new Date(now.getTime() + leaseMs), of);
    for (const [lane, messages] of Map.groupBy(taken, laneOf)) {
      const work = deliverInTurn(messages)
        .catch((error: unknown) => logger.error({ err: error }, 'messages wait for the end of their lease'))
        .finally(() => {
          lanes.delete(lane);
          wake();
        });
      lanes.set(lane, work);
    }
    return taken.length;
  }

  /** One that fails speaks for those behind it: a server that is down is not asked for each. */
  async function deliverInTurn(messages: readonly OutboxMessage[]): Promise<void> {
    let holdUntil: Date | undefined;
    for (const message of messages) {
      if (holdUntil === undefined) await keepPace(message);
      const until = holdUntil ?? clock.now();
      if (stop.signal.aborted || holdUntil !== undefined) await persist(() => store.putBack(message, until));
      else holdUntil = await deliver(message);
    }
  }

  /**
   * What came of a message is written however long the database is away or full, so that it is not sent again for that;
   * only a process that dies meanwhile sends it twice, under the same reference.
   */
  async function persist(write: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        logger.error({ err: error }, 'the outbox cannot be written; it is tried again');
        await pause(idleMs);
        stop.signal.throwIfAborted();
      }
    }
  }

  /** @returns when to go on with the same domain, if it could not be delivered now */
  async function deliver(message: OutboxMessage): Promise<Date | undefined> {
    const outcome = await handOver(message);
    options.count(message.channel, outcome.kind);
    const now = clock.now();
    const to = maskedAddress(message.channel, message.recipient);
    const about = { tenantId: message.tenantId, message: message.id, channel: message.channel, to };
    if (outcome.kind === 'delivered') {
      await persist(() => store.sent(message, now));
      logger.info({ ...about, attempts: message.attempts }, 'a message went out');
      return undefined;
    }
    const reason = outcome.reason.replaceAll(message.recipient, to.toString());
    if (outcome.kind === 'rejected' || now.getTime() - message.createdAt.getTime() >= giveUpAfterMs) {
      await persist(() => store.bury(message, reason));
      logger.error({ ...about, reason }, 'a message cannot be delivered, and waits among the dead letters');
      return undefined;
    }
    const retryAt = new Date(now.getTime() + retryDelayMs(message.attempts, (message.id % 10) / 10));
    await persist(() => store.retry(message, retryAt, reason));
    logger.warn({ ...about, reason, retryAt }, 'a message could not be delivered now');
    return retryAt;
  }

  async function keepPace(message: OutboxMessage): Promise<void> {
    const lane = laneOf(message);
    const last = lastSentMs.get(lane) ?? Number.NEGATIVE_INFINITY;
    const waitMs = last + paceMs(message.channel, message.paceKey) - clock.now().getTime();
    if (waitMs > 0) await pause(waitMs);
    lastSentMs.set(lane, clock.now().getTime());
  }

  /** Cut short by the end of the process. */
  async function pause(ms: number): Promise<void> {
    await Promise.race([clock.sleep(ms), stopped]);
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
      if (message.channel === 'push') {
        const { tenantId } = message;
        const of = { tenantId, subscription: pushSubscriptionOf(to), title: content.subject ?? '', link: content.link };
        return await options.push.send({ ...of, reference: envelope.reference, text: content.text });
      }
      return await options.email.send({ ...envelope, subject: content.subject ?? '', html: content.html, attachments });
    } catch (error) {
      logger.error({ err: error }, 'a transport threw, which it must never do');
      return failed(error);
    }
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      const taken = await takeUp().catch((error: unknown) => {
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
      await Promise.all(lanes.values());
      options.email.close();
      options.sms.close();
      options.push.close();
    },
  };
}

/** Messages of one lane are sent one after the other. */
function laneOf({ channel, paceKey }: OutboxMessage): string {
  return `${channel} ${paceKey}`;
}
