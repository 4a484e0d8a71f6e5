import { expect, test } from 'vitest';
import { z } from 'zod';
import { day, echoed, flag, optional, text, whole } from './liberal-values.ts';

const read = (shape: z.ZodType, value: unknown) => {
  const parsed = shape.safeParse(value);
  return parsed.success ? parsed.data : parsed.error.issues[0]?.message;
};

test.each([
  [whole, 10_001, 10_001],
  [whole, ' 0010001 ', 10_001],
  [whole, '-5', -5],
  [whole, '10.5', 'deve ser um número inteiro'],
  [whole, 'abc', 'deve ser um número inteiro'],
  [whole, '9'.repeat(40), 'deve ser um número inteiro'],
  [whole, 1e30, expect.any(String)],
  [whole, [1], 'deve ser um número inteiro'],
  [flag, 'SIM', true],
  [flag, 'não', false],
  [flag, 0, false],
  [flag, 'true', true],
  [flag, 2, 'deve ser verdadeiro ou falso'],
  [flag, 'talvez', 'deve ser verdadeiro ou falso'],
  [day, '2026-11-24', '2026-11-24'],
  [day, '24/11/2026', '2026-11-24'],
  [day, '31/02/2026', 'não é uma data que exista'],
  [day, 'amanhã', 'deve ser uma data (AAAA-MM-DD)'],
  [text(), 40, '40'],
  [text(), 'a\0b', 'contém um caractere inválido'],
  [text(), 'a\ud83d', 'a\ufffd'],
  [echoed, 'a\ud83d', 'contém um caractere inválido'],
  [text(3), 'abcd', 'deve ter no máximo 3 caracteres'],
  [text(), {}, 'deve ser um texto'],
  [echoed, 84_991, 84_991],
  [echoed, '', ''],
  [echoed, {}, 'deve ser um texto'],
])('%#: a value is read, or the message says what was expected', (shape, value, expected) => {
  expect(read(shape, value)).toEqual(expected);
});

test('left out, null and an empty text are the same; a wrong value keeps its message', () => {
  for (const value of [undefined, null, '']) expect(read(optional(whole), value)).toBeUndefined();
  expect(read(optional(whole), 'x')).toBe('deve ser um número inteiro');
  expect(read(z.object({ a: optional(flag) }), {})).toEqual({});
});
