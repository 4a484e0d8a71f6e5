import { createHash } from 'node:crypto';
import type { Invoice, Subscriber } from '../erp/port.ts';
import { localInstant } from '../kernel/clock.ts';
import { Personal } from '../kernel/personal.ts';
import { nationalPhone, normalizePhone } from '../kernel/phone-number.ts';
import { parseTaxId, type TaxId } from '../kernel/tax-id.ts';

/** What the wires of providers' ERPs have in common, read as the contact centre needs it. */

/**
 * Whose record it is: the document asked for, unless the answer tells of somebody else. A masked one (live servers mask) is
 * compared as far as it can be seen.
 * @param asked undefined when it was not asked by document: then only a whole one in the answer counts
 */
export function documentTold(told: string | undefined, asked: TaxId | undefined): TaxId | undefined {
  if (asked === undefined) return parseTaxId(told ?? '');
  const wanted = asked.reveal();
  const plain = (told ?? '').toUpperCase().replaceAll(/[.\-/\s]/g, '');
  const isSame =
    plain === wanted || (plain.length === wanted.length && parseTaxId(plain) === undefined && fits(plain, wanted));
  return plain === '' || isSame ? asked : undefined;
}

function fits(masked: string, document: string): boolean {
  return Array.from(masked).every((character, i) => !/\d/.test(character) || character === document[i]);
}

/** How a subscriber is named and addressed; a company by its whole name. */
export function nameTold(written: string, document: TaxId): Pick<Subscriber, 'name' | 'firstName'> {
  const name = spoken(written);
  return {
    name: new Personal(name, `${name.slice(0, 1)}***`),
    firstName: document.kind === 'cnpj' ? name : name.replace(/\s.*$/, ''),
  };
}

/** Names and streets in capitals, which a voice would spell, as they are written otherwise. */
export function spoken(name: string): string {
  const trimmed = name.trim().replaceAll(/\s+/g, ' ');
  if (trimmed !== trimmed.toUpperCase()) return trimmed;
  return trimmed.toLowerCase().replaceAll(/(?<![\p{L}\d])\p{L}/gu, (letter) => letter.toUpperCase());
}

/** The 47 digits of a boleto, however they are punctuated; undefined for anything else. */
export function boletoLineTold(line: string | undefined): string | undefined {
  const digits = line?.replaceAll(/\D/g, '');
  return digits?.length === 47 ? digits : undefined;
}

/** The earliest due first. */
export function dueFirst(invoices: readonly Invoice[]): Invoice[] {
  return invoices.toSorted((a, b) => (a.dueOn < b.dueOn ? -1 : a.dueOn > b.dueOn ? 1 : 0));
}

/** What is overdue among invoices. */
export interface Overdue {
  readonly cents: number;
  readonly count: number;
}

export function overdueAmong(invoices: readonly Invoice[]): Overdue {
  const late = invoices.filter((invoice) => invoice.overdue);
  return { cents: late.reduce((sum, { amountCents }) => sum + amountCents, 0), count: late.length };
}

/**
 * `DD/MM/AAAA HH:MM:SS` or `AAAA-MM-DD HH:MM:SS` on the provider's wall clock, seconds or the whole time left out or not;
 * undefined for anything else.
 */
export function momentTold(text: string | undefined, timeZone: string): Date | undefined {
  const [, day, month, year, isoDate, time = '00:00'] =
    /^\s*(?:(\d{2})\/(\d{2})\/(\d{4})|(\d{4}-\d{2}-\d{2}))(?:[ T](\d{2}:\d{2}(?::\d{2})?))?/.exec(text ?? '') ?? [];
  const date = isoDate ?? (year === undefined ? undefined : `${year}-${month}-${day}`);
  if (date === undefined) return undefined;
  try {
    return localInstant(`${date}T${time}`, timeZone);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** These ERPs number their contracts: what is no number is not asked about. */
export function contractNumber(contractId: string): number | undefined {
  return /^\d{1,15}$/.test(contractId) ? Number(contractId) : undefined;
}

/** A caller's number as these ERPs write it: area code and number. */
export function nationalNumber(caller: string | undefined): string | undefined {
  if (caller === undefined) return undefined;
  const number = normalizePhone(caller);
  return number === undefined ? caller.replaceAll(/\D/g, '') : nationalPhone(number);
}

/** What is written into a ticket so that it is found by its key when the answer to its opening was lost. */
export function referenceOf(key: string): string {
  return `[ref. ${createHash('sha256').update(key).digest('hex').slice(0, 12)}]`;
}
