import { inspect } from 'node:util';
import { cnpj, cpf } from 'cpf-cnpj-validator';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskTaxId, parseTaxId, requireTaxId } from './tax-id.ts';

test('every valid CPF is recognised with and without punctuation, and never printed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1 }), (punctuated) => {
      const plain = cpf.generate();
      const parsed = requireTaxId(punctuated === 1 ? cpf.format(plain) : plain);
      expect(parsed.reveal()).toBe(plain);
      expect(parsed.kind).toBe('cpf');
      expect(`${String(parsed)} ${JSON.stringify({ parsed })} ${inspect(parsed)}`).not.toContain(plain);
    }),
  );
});

test('a CPF with a wrong check digit is refused', () => {
  fc.assert(
    fc.property(fc.integer({ min: 9, max: 10 }), fc.integer({ min: 1, max: 9 }), (position, shift) => {
      const digits = cpf.generate().split('');
      digits[position] = String((Number(digits[position]) + shift) % 10);
      expect(parseTaxId(digits.join(''))).toBeUndefined();
    }),
  );
});

test('an alphanumeric CNPJ keeps its letters, whatever their case and punctuation', () => {
  expect(cnpj.isValid('12ABC34501DE35')).toBe(true);
  expect(parseTaxId('12.abc.345/01de-35')?.reveal()).toBe('12ABC34501DE35');
});

test('a CNPJ is recognised and masked', () => {
  const plain = cnpj.generate();
  expect(parseTaxId(plain)?.kind).toBe('cnpj');
  expect(maskTaxId(plain)).toMatch(/^..\.\*{3}\.\*{3}\/.{4}-\*\*$/);
});

test('digits among other words are no document', () => {
  for (const text of ['CPF:49506770808', '49506770808;', '495067708 08x']) expect(parseTaxId(text)).toBeUndefined();
});
