import type { Cents } from '../../../kernel/money.ts';

/** An amount where the samples have a number of reais: `119.9`. */
export function reais(amount: Cents): number {
  return amount / 100;
}

/** An amount where the samples have text: `"119.9"`, `"20"`. */
export function reaisText(amount: Cents): string {
  return String(amount / 100);
}
