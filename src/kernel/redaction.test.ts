import { cpf } from 'cpf-cnpj-validator';
import { expect, test } from 'vitest';
import { maskDigits, redactText } from './redaction.ts';

test('a CPF in a sentence does not reach the log, other numbers do', () => {
  const document = cpf.generate();
  expect(redactText(`caller keyed ${document} on channel 1700000000.42`)).toBe(
    'caller keyed [document] on channel 1700000000.42',
  );
  expect(redactText(cpf.format(document))).toBe('[document]');
  expect(redactText('protocol 20261121000001, extension 1001')).toContain('1001');
});

test('an identifier with hyphens stays whole', () => {
  const id = '018f3a52-1111-4222-8333-444455556666';
  expect(redactText(id)).toBe(id);
});

test('personal digits are only counted', () => {
  expect(maskDigits('12345', true)).toBe('*****');
  expect(maskDigits('1', false)).toBe('1');
});
