import type { Clock } from '../kernel/clock.ts';
import { pushRecipient } from './address.ts';
import type { PushKeys } from './push-keys.ts';
import type { PushAddress, PushSubscriptions } from './push-subscriptions.ts';
import type { OutboxStore } from './store.ts';

/** Messages to the browsers and apps that subscribers are registered with. */
export interface Push extends Pick<PushSubscriptions, 'register' | 'forget' | 'of'> {
  /** What a browser asks for to subscribe (`applicationServerKey`, RFC 8292), base64url. Made at first need; it stays. */
  key(tenantId: number): Promise<string>;
  /** Stored for delivery, as `sendEmail`. Rejects when the database is away or full. */
  send(message: PushMessage): Promise<void>;
}

export interface PushMessage {
  readonly tenantId: number;
  readonly to: PushAddress;
  readonly title: string;
  readonly text: string;
  /** What is opened when the message is touched. */
  readonly link?: string;
  /** One message per tenant and key, however often it is asked for. */
  readonly dedupeKey: string;
}

/** Push by way of the outbox. @param wake tells the delivery that there is something to do */
export function outboxPush(
  parts: { readonly store: OutboxStore; readonly subscriptions: PushSubscriptions; readonly clock: Clock },
  keysOf: (tenantId: number) => Promise<PushKeys>,
  wake: () => void,
): Push {
  const { store, subscriptions, clock } = parts;
  return {
    ...subscriptions,
    key: async (tenantId) => (await keysOf(tenantId)).publicKey,
    send: async ({ tenantId, to, title, text, link, dedupeKey }) => {
      const content = { subject: title, text, ...(link === undefined ? {} : { link }) };
      const envelope = { tenantId, dedupeKey, recipient: pushRecipient(to), paceKey: to.service };
      await store.enqueue({ ...envelope, channel: 'push', content, at: clock.now() });
      wake();
    },
  };
}
