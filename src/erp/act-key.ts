/** What a repeated request has in common with the first: the key that goes to the ERP, and the period it is unique in. */
export interface ActKey {
  readonly key: string;
  readonly period: string;
}

/**
 * The key of a contract's next unlock: its calendar month and which one of the month it is. A grant that has run out is
 * followed by another number, so that the ERP is asked again and its own rule decides; anything but a grant is asked
 * again under the same key.
 * @param month `YYYY-MM` in the provider's time zone
 * @param latest the contract's latest unlock act
 */
export function nextUnlockKey(
  contractId: string,
  month: string,
  latest: { readonly period: string; readonly state: string } | undefined,
): ActKey {
  const [latestMonth, number = '0'] = latest?.period.split('/') ?? [];
  const spent = latestMonth === month ? Number(number) - (latest?.state === 'done' ? 0 : 1) : 0;
  const period = `${month}/${spent + 1}`;
  return { key: join(contractId, 'unlock', period), period };
}

/** One sending by one way in one call; a caller who calls again may have it sent again. */
export function invoiceKey(contractId: string, by: string, callId: string): ActKey {
  return { key: join(contractId, 'invoice', by, callId), period: callId };
}

/** One ticket for one subject in one call. */
export function ticketKey(contractId: string, subject: string, callId: string): ActKey {
  return { key: join(contractId, 'ticket', subject, callId), period: callId };
}

/** What the key of a link has more than that of its ticket. */
export const linkSuffix = ':link';

/** One link to the call in each ticket that it opened. */
export function linkKey(ticket: { readonly key: string; readonly period: string }): ActKey {
  return { key: `${ticket.key}${linkSuffix}`, period: ticket.period };
}

/** Joined so that no two lists give one text, whatever characters the ERP's ids hold. */
function join(...parts: string[]): string {
  return parts.map((part) => encodeURIComponent(part).replaceAll('%2F', '/')).join(':');
}
