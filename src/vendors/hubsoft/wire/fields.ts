import { z } from 'zod';
import type { Page } from '../../../isp/service.ts';
import { normalizePhone } from '../../../kernel/phone-number.ts';
import { optional, text } from '../../liberal-values.ts';
import { id } from '../wire.ts';

/** Fields that several routes read, besides those of the tables that `wire.ts` has. */

/** Text that says something. */
export function said(longest: number) {
  return text(longest)
    .transform((value) => value.trim())
    .refine((value) => value !== '', { error: 'é obrigatório' });
}

export const email = z.email({ error: 'deve ser um e-mail' }).max(255, { error: 'deve ter no máximo 255 caracteres' });

/**
 * A telephone with its area code, with or without punctuation; comes out as E.164, or as its digits where it is none that
 * can be, so that what a person has told is not lost.
 */
export const phone = text(40)
  .transform((value) => value.replaceAll(/[^\d+]/g, ''))
  .refine((value) => /^\+?\d{10,13}$/.test(value), { error: 'deve ser um telefone no formato DDNNNNNNNNN' })
  .transform((value) => normalizePhone(value) ?? value.replace('+', ''));

/** More than anyone means. */
const most = 200;

/** Ids in a list, or in text with commas between them. */
export const idList = z
  .union([z.array(z.unknown()), text(2_000).transform((value) => value.split(','))], { error: 'deve ser uma lista' })
  .pipe(
    z.array(id, { error: 'deve ser uma lista de números' }).max(most, { error: `deve ter no máximo ${most} itens` }),
  );

/** Some of a list's words, in a list or in text with commas between them, whatever their case. */
export function wordList<const Word extends string>(words: readonly [Word, ...Word[]]) {
  const error = `deve conter apenas estes valores: ${words.join(', ')}`;
  return z
    .union([z.array(z.string({ error })), text(500).transform((value) => value.split(','))], { error })
    .transform((list) => list.map((word) => word.trim().toLowerCase()))
    .pipe(z.array(z.enum(words, { error })).max(most));
}

/** The field `relacoes`: what else is told of each entry; names that mean nothing here are passed over. */
export const relations = optional(
  z.union([z.array(z.string()), text(1_000).transform((value) => value.split(','))], { error: 'deve ser uma lista' }),
).transform((names) => new Set(names?.map((name) => name.trim())));

/** The part of a list that `pagina` and `itens_por_pagina` ask for. */
export function pageOf({ pagina, itens_por_pagina }: { pagina: number; itens_por_pagina: number }): Page {
  return { offset: pagina * itens_por_pagina, limit: itens_por_pagina };
}
