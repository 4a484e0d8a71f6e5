import { z } from 'zod';
import { day, optional, text, whole } from '../liberal-values.ts';
import { noSuchValue } from './answers.ts';

/**
 * What the documentation's answers have in common, and the parameters that its tables share. More is read than is documented;
 * `meta` is what OpenAPI tells.
 */

/** What is answered, with HTTP 200, when nothing was found to be done or a field is wrong. */
export const refusalAnswer = z.object({
  status: z.literal('error'),
  msg: z.string(),
  errors: z.array(z.string()).optional(),
});

/** A successful answer: the envelope, then the entity under its name. */
export function success<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object({ status: z.literal('success'), msg: z.string(), ...shape });
}

/** The `msg` of most lists; a few have a period after it. */
export const found = 'Dados consultados com sucesso';

/** Marks an issue whose message is the whole answer's `msg`, not one of its `errors`. */
export const wholeAnswer = { wholeAnswer: true } as const;

/** The field `busca`: by what is searched. A kind that there is not is answered with the list of those there are. */
export function searchKind<const Kind extends string>(kinds: readonly [Kind, ...Kind[]]) {
  return text(10_000)
    .transform((value) => value.trim())
    .superRefine((value, context) => {
      if (kinds.some((kind) => kind === value)) return;
      // Nothing is a field that is missing, not a kind of its own.
      if (value === '') {
        context.addIssue({ code: 'custom', message: 'é obrigatório' });
        return;
      }
      const shown = value.slice(0, 60);
      const message = `O tipo de busca (${shown}) não é válido | Valores aceitos para esse campo: ${kinds.join(',')}`;
      context.addIssue({ code: 'custom', message, params: wholeAnswer });
    })
    .pipe(z.enum(kinds))
    .meta({ enum: [...kinds] });
}

/** The same where nothing needs to be searched for. */
export function optionalSearchKind<const Kind extends string>(kinds: readonly [Kind, ...Kind[]]) {
  return z.preprocess((value) => (value === '' || value === null ? undefined : value), searchKind(kinds).optional());
}

/** The field `termo_busca`: anything that is not blank. */
export const searchTerm = text(255)
  .transform((value) => value.trim())
  .refine((value) => value !== '', { error: 'é obrigatório' });

/** One of a list of words, whatever their case; `initial` when it is left out. */
export function oneOf<const Word extends string>(words: readonly [Word, ...Word[]], initial: Word) {
  const wanted = { error: `deve ser um destes valores: ${words.join(', ')}` };
  const word = z
    .string(wanted)
    .transform((value) => value.trim().toLowerCase())
    .pipe(z.enum(words, wanted))
    .meta({ enum: [...words] });
  return optional(word).transform((value) => value ?? initial);
}

/** `sim` or `nao`, also as true, false, 1 and 0. */
export function yesNo(initial: boolean) {
  const wanted = { error: 'deve ser sim ou nao' };
  const word = z
    .union([z.boolean(), z.string(), z.number()], wanted)
    .transform((value) => String(value).trim().toLowerCase())
    .pipe(z.enum(['sim', 'nao', 'não', 'true', 'false', '1', '0'], wanted))
    .transform((value) => value === 'sim' || value === 'true' || value === '1')
    .meta({ enum: ['sim', 'nao'] });
  return optional(word).transform((value) => value ?? initial);
}

/** A whole number within bounds: one outside them is an error, not the nearest that is allowed. */
export function between(least: number, most: number) {
  const error = `deve ser um número inteiro entre ${least} e ${most}`;
  return whole.refine((value) => value >= least && value <= most, { error });
}

/** The field `limit`. */
export function limit(most: number, initial: number) {
  return optional(between(1, most)).transform((value) => value ?? initial);
}

/** How many of something: any whole number from 1. */
export const positive = whole.refine((value) => value > 0, { error: 'deve ser um número inteiro maior que 0' });

/** The largest id there can be: a PostgreSQL integer. */
const largestId = 2_147_483_647;

/** The id of something, from 1. */
export const id = positive.refine((value) => value <= largestId, { error: noSuchValue });

/** The fields `data_inicio` and `data_fim`: calendar days. */
export const window = { data_inicio: optional(day), data_fim: optional(day) };

/** Whether a window does not end before it begins; a check for the object that holds its fields. */
export function windowInOrder(asked: { data_inicio?: string | undefined; data_fim?: string | undefined }): boolean {
  return asked.data_inicio === undefined || asked.data_fim === undefined || asked.data_inicio <= asked.data_fim;
}

export const windowOutOfOrder = { path: ['data_fim'], error: 'deve ser maior ou igual a data_inicio' };

/** The fields of the lists that are read page by page; both are required. */
export const pageFields = { pagina: between(0, 1_000_000), itens_por_pagina: between(1, 500) };

/** Where in such a list an answer is. */
export const paging = z.object({
  primeira_pagina: z.int(),
  ultima_pagina: z.int(),
  pagina_atual: z.int(),
  total_registros: z.int(),
});

/** @param total how many entries there are on all pages */
export function pagingOf(asked: { pagina: number; itens_por_pagina: number }, total: number): z.input<typeof paging> {
  return {
    primeira_pagina: 0,
    ultima_pagina: Math.max(0, Math.ceil(total / asked.itens_por_pagina) - 1),
    pagina_atual: asked.pagina,
    total_registros: total,
  };
}
