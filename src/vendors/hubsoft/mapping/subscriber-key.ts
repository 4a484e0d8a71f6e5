import { isIPv4 } from 'node:net';
import type { SubscriberKey } from '../../../isp/service.ts';
import { normalizeOldPhone } from '../../../kernel/phone-number.ts';
import { stripTaxIdPunctuation } from '../../../kernel/tax-id.ts';

/** Each `busca` of `cliente`: the documented ones, then those of later versions. */
export const searchKinds = [
  'nome_razaosocial',
  'nome_fantasia',
  'cpf_cnpj',
  'codigo_cliente',
  'telefone',
  'login_radius',
  'ipv4',
  'mac',
  'id_cliente_servico',
  'id_cliente',
] as const;
export type SearchKind = (typeof searchKinds)[number];

/** What a term means; undefined when nobody can be meant, such as by a telephone of three digits. */
export function subscriberKey(kind: SearchKind, term: string): SubscriberKey | undefined {
  return readings[kind](term);
}

const readings: Readonly<Record<SearchKind, (term: string) => SubscriberKey | undefined>> = {
  nome_razaosocial: (value) => ({ by: 'name', value }),
  nome_fantasia: (value) => ({ by: 'trade_name', value }),
  cpf_cnpj: (term) => ({ by: 'document', value: stripTaxIdPunctuation(term) }),
  codigo_cliente: (term) => numbered('code', term),
  telefone: phoneKey,
  login_radius: (value) => ({ by: 'login', value }),
  ipv4: (value) => (isIPv4(value) ? { by: 'ipv4', value } : undefined),
  mac: macKey,
  id_cliente_servico: (term) => numbered('contract', term),
  id_cliente: (term) => numbered('id', term),
};

function numbered(by: 'code' | 'contract' | 'id', term: string): SubscriberKey | undefined {
  const value = /^\d{1,10}$/.test(term) ? Number(term) : undefined;
  return value === undefined || value >= 2 ** 31 ? undefined : { by, value };
}

/**
 * A whole number however it is written, a mobile one also without the 9 in front of it that was added from 2012 to 2016, or the
 * last eight digits or more of one.
 */
function phoneKey(term: string): SubscriberKey | undefined {
  const digits = term.replaceAll(/\D/g, '');
  const number = normalizeOldPhone(term);
  if (number !== undefined) return { by: 'phone', value: number };
  return /^\d{8,15}$/.test(digits) ? { by: 'phone_ending', value: digits } : undefined;
}

/** `00:1A:2B:3C:4D:5E`, `00-1a-2b-3c-4d-5e`, `001a.2b3c.4d5e`, `001a2b3c4d5e`. */
function macKey(term: string): SubscriberKey | undefined {
  const digits = term.replaceAll(/[-:.\s]/g, '').toLowerCase();
  return /^[\da-f]{12}$/.test(digits) ? { by: 'mac', value: digits } : undefined;
}
