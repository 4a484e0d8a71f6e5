import { stripTaxIdPunctuation } from '../../../kernel/tax-id.ts';

/** By whom or what the lists of tickets and service orders are searched. */
type Kind = 'codigo_cliente' | 'cpf_cnpj' | 'id_cliente_servico' | 'protocolo' | 'numero_ordem_servico';

/** A term as a condition; undefined: nothing can have it. */
export function filterOf(kind: Kind, term: string) {
  if (kind === 'cpf_cnpj') return { document: stripTaxIdPunctuation(term) };
  if (kind === 'protocolo') return { protocol: term };
  const number = /^\d{1,10}$/.test(term) && Number(term) < 2 ** 31 ? Number(term) : undefined;
  if (number === undefined) return undefined;
  if (kind === 'codigo_cliente') return { subscriberCode: number };
  return kind === 'id_cliente_servico' ? { contract: number } : { id: number };
}
