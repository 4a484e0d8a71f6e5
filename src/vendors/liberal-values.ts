import { z } from 'zod';

/**
 * Shapes of values as callers really send them: numbers and booleans also as text, an empty field or null for what is
 * not there. What comes out has one type. The messages name what was expected, in the language of the APIs.
 */

/** Whether PostgreSQL can hold it: text has no NUL, and JSON no half of a surrogate pair either. */
export function isStorable(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed();
}

const notStorable = { error: 'contém um caractere inválido' };

/**
 * Text that can be stored; numbers and booleans are taken as they are written. Of a picture character that a program has cut in
 * two, the half becomes U+FFFD.
 */
export function text(longest = 2_000) {
  const long = `deve ter no máximo ${longest} caracteres`;
  return z
    .union([z.string(), z.number(), z.boolean()], { error: 'deve ser um texto' })
    .transform((value) => String(value).toWellFormed())
    .refine(isStorable, notStorable)
    .refine((value) => value.length <= longest, { error: long });
}

/** A value that is given back exactly as it came, text or number. */
export const echoed = z
  .union([z.string(), z.number()], { error: 'deve ser um texto' })
  .refine((value) => isStorable(String(value)), notStorable)
  .refine((value) => String(value).length <= 255, { error: 'deve ter no máximo 255 caracteres' });

const wholeWanted = { error: 'deve ser um número inteiro' };
const flagWanted = { error: 'deve ser verdadeiro ou falso' };

/** A whole number, as a number or as up to 15 digits. */
export const whole = z
  .union([z.int(wholeWanted), z.string().regex(/^\s*[+-]?\d{1,15}\s*$/, wholeWanted)], wholeWanted)
  .transform(Number);

const words: Readonly<Record<string, boolean>> = {
  true: true,
  1: true,
  sim: true,
  s: true,
  false: false,
  0: false,
  nao: false,
  não: false,
  n: false,
};

/** true, 1, "true", "1", "sim" and their opposites, whatever the case. */
export const flag = z
  .union(
    [
      z.boolean(),
      z.literal([0, 1], flagWanted),
      z.string().regex(/^\s*(?:true|false|1|0|sim|s|n[aã]o|n)\s*$/iu, flagWanted),
    ],
    flagWanted,
  )
  .transform((value) => words[String(value).trim().toLowerCase()] === true);

/** A calendar day, `AAAA-MM-DD` or `DD/MM/AAAA`; comes out as the former. */
export const day = z
  .string({ error: 'deve ser uma data (AAAA-MM-DD)' })
  .regex(/^\s*(?:\d{4}-\d{2}-\d{2}|\d{2}\/\d{2}\/\d{4})\s*$/, { error: 'deve ser uma data (AAAA-MM-DD)' })
  .transform((value) => (value.includes('/') ? value.trim().split('/').toReversed().join('-') : value.trim()))
  .refine(isDay, { error: 'não é uma data que exista' });

/** What may be left out; an empty text and null mean the same. */
export function optional<T extends z.ZodType>(shape: T) {
  return z.union([z.literal(['', null]).transform(() => undefined), shape.optional()], { error: messageOf }).optional();
}

/** A union tells only that nothing fitted: this gives the message of the shape that was meant. */
function messageOf(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string {
  return issue.errors.at(-1)?.[0]?.message ?? 'é inválido';
}

function isDay(date: string): boolean {
  const at = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date) && date >= '1900-01-01';
}
