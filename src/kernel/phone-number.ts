import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { Personal } from './personal.ts';

/**
 * The E.164 form (`+5534999990000`) of a number as a Brazilian caller or record writes it, with or without country
 * code, carrier prefix or punctuation.
 * @returns undefined when it is no possible telephone number, such as an extension's number.
 */
export function normalizePhone(input: string): string | undefined {
  const parsed = parsePhoneNumberFromString(input, 'BR');
  return parsed?.isValid() === true ? parsed.number : undefined;
}

/** As `normalizePhone`, also for a mobile number without the 9 in front of it that was added from 2012 to 2016. */
export function normalizeOldPhone(input: string): string | undefined {
  const withNine = input.replaceAll(/\D/g, '').replace(/^(?:0|55)?([1-9]\d)([6-9]\d{7})$/, '$19$2');
  return normalizePhone(input) ?? normalizePhone(withNine);
}

/** An E.164 number as the ERPs' wires write it: area code and number, without the country's (`3732818000`). */
export function nationalPhone(number: string): string {
  return number.replace(/^\+55/, '');
}

/** Whether messages by SMS can reach the number: a Brazilian mobile, or one that may be either. */
export function isMobile(input: string): boolean {
  const type = parsePhoneNumberFromString(input, 'BR')?.getType();
  return type === 'MOBILE' || type === 'FIXED_LINE_OR_MOBILE';
}

/** A telephone number whose mask keeps the last four digits. */
export function personalPhone(number: string): Personal {
  return new Personal(number, `${'*'.repeat(Math.max(number.length - 4, 3))}${number.slice(-4)}`);
}
