import { normalizePhone } from '../kernel/phone-number.ts';

/**
 * The number that a caller can be called back on, of what the network says that the call comes from: a telephone's, or
 * an extension's.
 * @returns undefined for a withheld number, which networks write as nothing, or as a word such as `anonymous` (RFC 3323)
 */
export function numberToCallBack(callerNumber: string): string | undefined {
  return normalizePhone(callerNumber) ?? (/^\d{2,8}$/.test(callerNumber) ? callerNumber : undefined);
}
