import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { emailDomain, isMailbox, isSmsNumber, maskedAddress } from './address.ts';
import type { DeadLetter } from './schemas.ts';
import type { OutboxStore } from './store.ts';

export { isMailbox, isSmsNumber } from './address.ts';
export type { Push } from './push.ts';
export type { DeadLetter } from './schemas.ts';

/**
 * E-mail and SMS to subscribers. `accepted` means that the message is stored and will be delivered however long the
 * provider's server is away; it is delivered at least once. `refused` means that the address can never be reached.
 * Both reject when the database is away or full: then nothing was accepted. `sendEmail` rejects with `bad_request` when
 * the attachments are larger than mail servers take.
 */
export interface Messaging {
  sendEmail(message: EmailMessage): Promise<'accepted' | 'refused'>;
  sendSms(message: SmsMessage): Promise<'accepted' | 'refused'>;
}

export interface EmailMessage {
  readonly tenantId: number;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly attachments?: readonly EmailAttachment[];
  /** One message per tenant and key, however often it is asked for. */
  readonly dedupeKey: string;
}

export interface EmailAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
}

export interface SmsMessage {
  readonly tenantId: number;
  /** E.164, such as `+5534999990000`. */
  readonly to: string;
  readonly text: string;
  /** One message per tenant and key, however often it is asked for. */
  readonly dedupeKey: string;
}

/**
 * Messaging by way of the outbox.
 * @param wake tells the delivery that there is something to do
 */
export function outboxMessaging(store: OutboxStore, clock: Clock, wake: () => void): Messaging {
  return {
    sendEmail: async ({ tenantId, to, dedupeKey, subject, text, html, attachments = [] }) => {
      if (!isMailbox(to)) return 'refused';
      assertMailable(attachments);
      const files = attachments.map((file) => ({ ...file, content: file.content.toString('base64') }));
      const content = { subject, text, ...(html === undefined ? {} : { html }), attachments: files };
      const envelope = { tenantId, dedupeKey, recipient: to, paceKey: emailDomain(to) };
      await store.enqueue({ ...envelope, channel: 'email', content, at: clock.now() });
      wake();
      return 'accepted';
    },
    sendSms: async ({ tenantId, to, dedupeKey, text }) => {
      if (!isSmsNumber(to)) return 'refused';
      const envelope = { tenantId, dedupeKey, recipient: to, paceKey: 'sms' };
      await store.enqueue({ ...envelope, channel: 'sms', content: { text }, at: clock.now() });
      wake();
      return 'accepted';
    },
  };
}

/** What could not be delivered, and what a person decides about it. Everything is the tenant's own. */
export interface DeadLetters {
  /** The latest first, at most a hundred; recipients are masked. */
  list(tenantId: number): Promise<DeadLetter[]>;
  /** Tries it again from now, for as long as any other. False: there is no such dead letter. */
  retry(tenantId: number, id: number): Promise<boolean>;
  /** Gives it up for good. False: there is no such dead letter. */
  discard(tenantId: number, id: number): Promise<boolean>;
}

const mostListed = 100;

/** The dead letters of the outbox. @param wake tells the delivery that there is something to do */
export function outboxDeadLetters(store: OutboxStore, clock: Clock, wake: () => void): DeadLetters {
  return {
    list: async (tenantId) => {
      const rows = await store.deadLetters(tenantId, mostListed);
      return rows.map(({ recipient, createdAt, lastError, ...row }) => ({
        ...row,
        to: maskedAddress(row.channel, recipient).toString(),
        reason: lastError,
        createdAt: createdAt.toISOString(),
      }));
    },
    retry: async (tenantId, id) => {
      const revived = await store.revive(tenantId, id, clock.now());
      if (revived) wake();
      return revived;
    },
    discard: (tenantId, id) => store.discard(tenantId, id),
  };
}

/** Base64 makes a third more of it, and mail servers commonly take 20 to 25 MB. */
const mostAttachedBytes = 15_000_000;

function assertMailable(attachments: readonly EmailAttachment[]): void {
  const bytes = attachments.reduce((sum, file) => sum + file.content.length, 0);
  if (bytes <= mostAttachedBytes) return;
  const size = (bytes / 1e6).toFixed(1);
  throw new AppError(
    'bad_request',
    `The attachments are ${size} MB together, and mail servers take no more than ${mostAttachedBytes / 1e6} MB. Send a link to them instead.`,
    { bytes },
  );
}
