import { Agent, request } from 'undici';
import { mayBePublic, publicLookup } from './public-host.ts';
import type { PushKeys } from './push-keys.ts';
import type { PushSubscriptions } from './push-subscriptions.ts';
import type { PushSubscription } from './schemas.ts';
import { type Delivery, delivered, failed, type OutgoingPush, type Transport } from './transport.ts';

export interface PushTransportParts {
  readonly subscriptions: Pick<PushSubscriptions, 'find' | 'ended'>;
  readonly keysOf: (tenantId: number) => Promise<PushKeys>;
  /** By whom a push service can reach the one who sends: `mailto:` or `https:` (RFC 8292 section 2.1). */
  readonly contact: string;
  /** Whether a push service may be in a private network, and which authorities (PEM) its certificate may be signed by. */
  readonly privateServices: boolean;
  readonly ca?: string | undefined;
}

const answerWithinMs = 20_000;
/** How long a push service keeps what a browser that is off has not taken yet. */
const keptSeconds = 7 * 86_400;
/** These are about the message; 404 and 410 are about the subscription (RFC 8030 section 7.3). */
const finalStatuses = new Set([400, 413]);
const endedStatuses = new Set([404, 410]);

/** Messages to browsers and apps by their push services (RFC 8030), encrypted (RFC 8291) and signed (RFC 8292). */
export function pushTransport(parts: PushTransportParts): Transport<OutgoingPush> {
  const { subscriptions, privateServices, ca } = parts;
  const lookup = privateServices ? {} : { lookup: publicLookup };
  const agent = new Agent({ connect: { timeout: 10_000, ...lookup, ...(ca === undefined ? {} : { ca }) } });

  async function hand(message: OutgoingPush, subscription: PushSubscription): Promise<Delivery> {
    const { endpoint, method, headers, body } = await requestOf(message, subscription, parts);
    const answer = await request(endpoint, {
      method: method as 'POST',
      headers,
      body,
      dispatcher: agent,
      signal: AbortSignal.timeout(answerWithinMs),
    });
    await answer.body.dump({ limit: 16_384 });
    const { statusCode: status } = answer;
    if (status >= 200 && status < 300) return delivered;
    if (endedStatuses.has(status)) {
      await subscriptions.ended(message.tenantId, message.subscription);
      return {
        kind: 'rejected',
        reason: `The push service answered ${status}: the subscription has ended. It was forgotten.`,
      };
    }
    const reason = `The push service answered ${status}.`;
    return { kind: finalStatuses.has(status) ? 'rejected' : 'failed', reason };
  }

  return {
    send: async (message) => {
      try {
        const subscription = await subscriptions.find(message.tenantId, message.subscription);
        if (subscription === undefined) {
          return { kind: 'rejected', reason: 'The browser or app is not registered with the subscriber any more.' };
        }
        if (!privateServices && !mayBePublic(new URL(subscription.endpoint))) {
          return { kind: 'rejected', reason: 'The endpoint leads into a private network.' };
        }
        return await hand(message, subscription);
      } catch (error) {
        return failed(error);
      }
    },
    close: () => void agent.destroy(),
  };
}

/** The text is one that Safari shows by itself (declarative Web Push), and that a service worker reads anywhere else. */
async function requestOf(message: OutgoingPush, subscription: PushSubscription, parts: PushTransportParts) {
  const { default: webPush } = await import('web-push');
  const keys = await parts.keysOf(message.tenantId);
  const { title, text: body, link: navigate } = message;
  const payload = JSON.stringify({ web_push: 8030, notification: { title, body, lang: 'pt-BR', navigate } });
  return webPush.generateRequestDetails(subscription, payload, {
    vapidDetails: { subject: parts.contact, ...keys },
    TTL: keptSeconds,
    // A message tried twice takes the place of the first where that has not been shown yet (RFC 8030 section 5.4).
    topic: message.reference,
  });
}
