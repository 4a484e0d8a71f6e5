import type { Cents } from '../kernel/money.ts';

/**
 * An amount as live servers write it: a number, or text with a point or a comma before the cents, and points, blanks or `R$` in
 * front of them.
 * @returns undefined when it is no amount
 */
export function reaisToCents(amount: number | string): Cents | undefined {
  const value = typeof amount === 'number' ? amount : Number(plain(amount));
  return Number.isFinite(value) ? Math.round(value * 100) : undefined;
}

/** The last point or comma with one or two digits behind it is the decimal one. */
function plain(amount: string): string {
  const [, sign = '', whole = '', cents = '0'] =
    /^(-?)([\d.,]*?)(?:[.,](\d{1,2}))?$/.exec(amount.replaceAll(/R\$|\s/g, '')) ?? [];
  return whole === '' ? 'none' : `${sign}${whole.replaceAll(/[.,]/g, '')}.${cents}`;
}
