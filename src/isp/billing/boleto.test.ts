import { isValidBoleto } from '@brazilian-utils/brazilian-utils';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays } from '../../kernel/clock.ts';
import { boletoBarcode, boletoLine, dueFactor, formatBoletoLine } from './boleto.ts';
import { sicoobFreeField, sicoobOurNumberDigit } from './sicoob.ts';

const account = { agency: '3166', beneficiaryCode: '67261', wallet: '1', modality: '01' };

test('a published boleto of Sicoob comes out digit by digit', () => {
  expect(sicoobOurNumberDigit(account, '272100')).toBe('0');
  expect(sicoobOurNumberDigit(account, '274554')).toBe('2');
  const barcode = boletoBarcode({
    bankCode: '756',
    dueOn: '2017-11-09',
    amountCents: 1000,
    freeField: sicoobFreeField(account, '272100'),
  });
  expect(barcode).toBe('75697733800000010001316601006726102721000001');
  expect(formatBoletoLine(boletoLine(barcode))).toBe('75691.31662 01006.726101 27210.000017 7 73380000001000');
});

test('the due factor begins again at 1000 on 22 February 2025', () => {
  expect(dueFactor('2000-07-03')).toBe('1000');
  expect(dueFactor('2025-02-21')).toBe('9999');
  expect(dueFactor('2025-02-22')).toBe('1000');
  expect(dueFactor('2026-12-10')).toBe('1656');
  expect(() => dueFactor('2000-07-02')).toThrow(RangeError);
});

const boletos = fc.record({
  bankCode: fc.integer({ min: 1, max: 999 }).map((n) => String(n).padStart(3, '0')),
  dueOn: fc.integer({ min: 0, max: 17_000 }).map((days) => addDays('2000-07-03', days)),
  amountCents: fc.integer({ min: 1, max: 9_999_999_999 }),
  freeField: fc.stringMatching(/^\d{25}$/),
});

test('a stranger finds the check digits of any boleto right, and any wrong digit wrong', () => {
  fc.assert(
    fc.property(boletos, fc.nat(46), fc.integer({ min: 1, max: 9 }), (boleto, at, shift) => {
      const line = boletoLine(boletoBarcode(boleto));
      expect(line).toMatch(/^\d{47}$/);
      expect(isValidBoleto(line)).toBe(true);
      if (at > 32 || at === 0) return;
      const wrong = line.slice(0, at) + ((Number(line[at]) + shift) % 10) + line.slice(at + 1);
      expect(isValidBoleto(wrong)).toBe(false);
    }),
  );
});

test('an amount that is not whole cents gives no boleto', () => {
  expect(() =>
    boletoBarcode({ bankCode: '756', dueOn: '2026-12-10', amountCents: 10.5, freeField: '0'.repeat(25) }),
  ).toThrow(RangeError);
});
