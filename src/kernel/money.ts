/** An amount in whole cents of real. Never a fraction, never a float of reais. */
export type Cents = number;

/** `R$ 1.234,56`. */
export function formatReais(amount: Cents): string {
  return (amount / 100).toLocaleString('pt-BR', { style: 'currency', currency: 'BRL' }).replaceAll('\u00a0', ' ');
}
