import { expect, test } from 'vitest';
import { itf25Bars } from './itf25.ts';

test('two digits have the bars of the standard between start and stop', () => {
  // 0 in the bars (nnwwn), 1 in the spaces (wnnnw).
  const { bars, modules } = itf25Bars('01');
  expect(bars.map((bar) => bar.width)).toEqual([1, 1, 1, 1, 3, 3, 1, 3, 1]);
  expect(bars.map((bar) => bar.at)).toEqual([0, 2, 4, 8, 10, 14, 18, 22, 26]);
  expect(modules).toBe(27);
});

test("a boleto's 44 digits take 405 modules, FEBRABAN's 103 mm at a quarter of a millimetre", () => {
  expect(itf25Bars('7'.repeat(44)).modules).toBe(405);
});

test('what cannot be printed so is not printed', () => {
  for (const wrong of ['', '1', '12x4', '123']) expect(() => itf25Bars(wrong)).toThrow(RangeError);
});
