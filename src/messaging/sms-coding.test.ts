import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeSms } from './sms-coding.ts';

test('a text without accents takes one octet a character, and 160 fit one message', () => {
  expect(codeSms('Sua fatura: R 120,50')).toMatchObject({ dataCoding: 0, short: true });
  expect(codeSms('a'.repeat(160)).short).toBe(true);
  expect(codeSms('a'.repeat(161)).short).toBe(false);
});

test('accents, and signs the two alphabets disagree on, travel as UCS-2', () => {
  for (const text of ['não', 'R$ 10', 'ana@provedor', 'a_b', '📡']) expect(codeSms(text).dataCoding).toBe(8);
});

test('no text is changed on its way', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const { dataCoding, octets } = codeSms(text);
      const read = dataCoding === 0 ? octets.toString('latin1') : Buffer.from(octets).swap16().toString('utf16le');
      expect(read).toBe(text);
    }),
  );
});
