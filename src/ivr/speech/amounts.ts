import type { Cents } from '../../kernel/money.ts';
import { beforeNoun, cardinal, type Fragment } from './numbers.ts';

/** R$ 999.999.999,99: the largest amount that can be spoken. */
export const largestAmount: Cents = 99_999_999_999;

/**
 * An amount in words: "cento e vinte reais e cinquenta centavos", "um milhão de reais", "cinquenta centavos".
 * @throws RangeError when it is negative, not whole, or above `largestAmount`
 */
export function spokenAmount(amount: Cents): Fragment[] {
  if (!Number.isInteger(amount) || amount < 0 || amount > largestAmount) {
    throw new RangeError('Only amounts from R$ 0,00 to R$ 999.999.999,99 can be spoken.');
  }
  const reais = Math.floor(amount / 100);
  const cents = amount % 100;
  const centWords = cents === 0 ? [] : [...cardinal(cents, 'masculine'), cents === 1 ? 'centavo' : 'centavos'];
  if (reais === 0 && cents > 0) return centWords;
  const unit = reais === 1 ? 'real' : 'reais';
  return [...beforeNoun(cardinal(reais, 'masculine')), cents === 0 ? unit : `${unit} e`, ...centWords];
}
