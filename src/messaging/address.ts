import { Personal, personalEmail } from '../kernel/personal.ts';
import { isMobile, normalizePhone, personalPhone } from '../kernel/phone-number.ts';
import type { PushAddress } from './push-subscriptions.ts';
import type { Channel } from './store.ts';

/**
 * Whether an e-mail address is one mailbox that a server can be asked to deliver to: the dot-atom form of RFC 5321
 * section 4.1.2 with a domain of at least two labels. Quoted local parts and address literals are not accepted.
 */
export function isMailbox(address: string): boolean {
  return address.length <= 254 && mailbox.test(address) && address.lastIndexOf('@') <= 64;
}

/** The domain of a mailbox, in small letters. */
export function emailDomain(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** Whether an SMS can reach the number: E.164, and not a landline. */
export function isSmsNumber(number: string): boolean {
  return normalizePhone(number) === number && isMobile(number);
}

/** A recipient as it may be shown and logged. */
export function maskedAddress(channel: Channel, recipient: string): Personal {
  if (channel === 'push') return new Personal(recipient, recipient);
  return channel === 'email' ? personalEmail(recipient) : personalPhone(recipient);
}

/** A push address as the outbox has it, `fcm.googleapis.com#17`: it tells nothing of the person. */
export function pushRecipient({ service, subscription }: PushAddress): string {
  return `${service}#${subscription}`;
}

export function pushSubscriptionOf(recipient: string): number {
  return Number(recipient.slice(recipient.lastIndexOf('#') + 1));
}

const atom = "[\\p{L}\\p{N}!#$%&'*+/=?^_`{|}~-]+";
const label = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?';
const mailbox = new RegExp(`^${atom}(?:\\.${atom})*@(?:${label}\\.)+${label}$`, 'u');
