import type { Noun } from './utterance.ts';

export type Gender = 'masculine' | 'feminine';

/** How each countable thing is called, for one and for many. */
export const nouns: Readonly<Record<Noun, { readonly one: string; readonly many: string; readonly gender: Gender }>> = {
  contract: { one: 'contrato', many: 'contratos', gender: 'masculine' },
  invoice: { one: 'fatura', many: 'faturas', gender: 'feminine' },
  ticket: { one: 'atendimento', many: 'atendimentos', gender: 'masculine' },
  person: { one: 'pessoa', many: 'pessoas', gender: 'feminine' },
  day: { one: 'dia', many: 'dias', gender: 'masculine' },
  hour: { one: 'hora', many: 'horas', gender: 'feminine' },
  minute: { one: 'minuto', many: 'minutos', gender: 'masculine' },
  message: { one: 'recado', many: 'recados', gender: 'masculine' },
  attempt: { one: 'tentativa', many: 'tentativas', gender: 'feminine' },
};
