import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeSms, smsParts } from './sms-coding.ts';

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

test('parts together are the whole text, each fits one message, and no character is cut in two', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 161, maxLength: 900 }), fc.nat(), (text, reference) => {
      const coded = codeSms(text);
      const parts = smsParts(coded, reference);
      for (const part of parts) expect(part.length).toBeLessThanOrEqual(coded.dataCoding === 0 ? 159 : 140);
      expect(parts.map((part) => part[5])).toEqual(parts.map((_, i) => i + 1));
      const bodies = parts.map((part) => part.subarray(6));
      expect(Buffer.concat(bodies)).toEqual(coded.octets);
      const read = bodies.map((body) => Buffer.from(body).swap16().toString('utf16le'));
      const isWhole = coded.dataCoding === 0 || !text.isWellFormed() || read.every((each) => each.isWellFormed());
      expect(isWhole).toBe(true);
    }),
  );
});
