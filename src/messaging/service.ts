import type { Clock } from '../kernel/clock.ts';
import { emailDomain, isMailbox, isSmsNumber } from './address.ts';
import type { OutboxStore } from './store.ts';

/**
 * E-mail and SMS to subscribers. `accepted` means that the message is stored and will be delivered however long the
 * provider's server is away; it is delivered at least once. `refused` means that the address can never be reached.
 * Both reject when the database is away: then nothing was accepted.
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
