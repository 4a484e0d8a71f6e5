import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { largestAmount, spokenAmount } from './amounts.ts';
import { allFragmentRecordings, fragmentRecordings, numberFragments } from './fragments.ts';
import type { Gender } from './nouns.ts';
import { cardinal, counted, largestCardinal } from './numbers.ts';

const gender = fc.constantFrom<Gender>('masculine', 'feminine');
/** Spread over the magnitudes, since nearly all numbers below a thousand million have nine figures. */
const upTo = (largest: number) =>
  fc.oneof(
    ...[100, 1000, 10_000, 1_000_000, largest].map((max) => fc.integer({ min: 0, max })),
    fc.tuple(fc.integer({ min: 1, max: 999 }), fc.constantFrom(1, 1000, 1_000_000)).map(([n, scale]) => n * scale),
  );

describe('a number read aloud', () => {
  test.each([
    [0, 'masculine', 'zero'],
    [1, 'feminine', 'uma'],
    [2, 'feminine', 'duas'],
    [12, 'feminine', 'doze'],
    [16, 'masculine', 'dezesseis'],
    [21, 'masculine', 'vinte e um'],
    [22, 'feminine', 'vinte e duas'],
    [100, 'masculine', 'cem'],
    [101, 'masculine', 'cento e um'],
    [200, 'feminine', 'duzentas'],
    [999, 'masculine', 'novecentos e noventa e nove'],
    [1000, 'masculine', 'mil'],
    [1001, 'feminine', 'mil e uma'],
    [1100, 'masculine', 'mil e cem'],
    [1120, 'masculine', 'mil cento e vinte'],
    [1200, 'masculine', 'mil e duzentos'],
    [1234, 'masculine', 'mil duzentos e trinta e quatro'],
    [2002, 'feminine', 'duas mil e duas'],
    [2026, 'masculine', 'dois mil e vinte e seis'],
    [21_000, 'feminine', 'vinte e uma mil'],
    [100_000, 'masculine', 'cem mil'],
    [300_500, 'feminine', 'trezentas mil e quinhentas'],
    [1_000_000, 'feminine', 'um milhão'],
    [1_000_001, 'masculine', 'um milhão e um'],
    [1_001_000, 'masculine', 'um milhão e mil'],
    [1_200_000, 'masculine', 'um milhão e duzentos mil'],
    [1_230_000, 'masculine', 'um milhão duzentos e trinta mil'],
    [2_000_100, 'feminine', 'dois milhões e cem'],
    [2_020_300, 'masculine', 'dois milhões vinte mil e trezentos'],
    [
      999_999_999,
      'masculine',
      'novecentos e noventa e nove milhões novecentos e noventa e nove mil novecentos e noventa e nove',
    ],
  ] as const)('%d (%s) is "%s"', (value, gender, words) => {
    expect(cardinal(value, gender).join(' ')).toBe(words);
  });

  test('means the same number to a listener, in either gender', () => {
    fc.assert(
      fc.property(upTo(largestCardinal), gender, (value, gender) => {
        expect(numberOf(cardinal(value, gender).join(' '))).toBe(value);
      }),
      { numRuns: 3000 },
    );
  });

  test('agrees with the gender of what is counted', () => {
    fc.assert(
      fc.property(upTo(largestCardinal), (value) => {
        const feminine = cardinal(value, 'feminine');
        const afterMillions = feminine.slice(feminine.findIndex((word) => word.startsWith('milh')) + 1).join(' ');
        expect(afterMillions).not.toMatch(/\b(um|dois)\b|entos\b/);
      }),
    );
  });

  test.each([
    [0, 'nenhuma fatura'],
    [1, 'uma fatura'],
    [2, 'duas faturas'],
    [1001, 'mil e uma faturas'],
    [2_000_000, 'dois milhões de faturas'],
    [2_000_001, 'dois milhões e uma faturas'],
  ])('%d invoices are "%s"', (value, words) => {
    expect(counted(value, 'fatura', 'faturas', 'feminine').join(' ')).toBe(words);
  });

  test.each([-1, 1.5, Number.NaN, 1_000_000_000])('refuses %d, which it cannot say', (value) => {
    expect(() => cardinal(value, 'masculine')).toThrow(RangeError);
  });
});

describe('an amount read aloud', () => {
  test.each([
    [0, 'zero reais'],
    [1, 'um centavo'],
    [50, 'cinquenta centavos'],
    [100, 'um real'],
    [101, 'um real e um centavo'],
    [12_050, 'cento e vinte reais e cinquenta centavos'],
    [200_000, 'dois mil reais'],
    [100_000_000, 'um milhão de reais'],
    [100_000_050, 'um milhão de reais e cinquenta centavos'],
    [100_000_100, 'um milhão e um reais'],
    [200_000_000, 'dois milhões de reais'],
    [100_100_000, 'um milhão e mil reais'],
  ])('%d cents are "%s"', (cents, words) => {
    expect(spokenAmount(cents).join(' ')).toBe(words);
  });

  test('is worth the same to a listener, up to R$ 999.999.999,99', () => {
    fc.assert(
      fc.property(upTo(largestAmount), (cents) => {
        expect(amountOf(spokenAmount(cents).join(' '))).toBe(cents);
      }),
      { numRuns: 3000 },
    );
    expect(amountOf(spokenAmount(largestAmount).join(' '))).toBe(largestAmount);
  });

  test.each([-1, 0.5, largestAmount + 1])('refuses %d cents', (cents) => {
    expect(() => spokenAmount(cents)).toThrow(RangeError);
  });
});

describe('the recorded pieces of numbers', () => {
  test('are enough for every amount and count', () => {
    fc.assert(
      fc.property(upTo(largestCardinal), fc.integer({ min: 0, max: 99 }), (value, cents) => {
        for (const word of [...spokenAmount(value * 100 + cents), ...counted(value, 'fatura', 'faturas', 'feminine')]) {
          expect(numberFragments).toContain(word);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('exist in the intonation that is asked for', () => {
    const recorded = new Set(allFragmentRecordings().map((recording) => recording.name));
    fc.assert(
      fc.property(upTo(largestAmount), fc.boolean(), (cents, endsSentence) => {
        const names = fragmentRecordings(spokenAmount(cents), endsSentence).map((recording) => recording.name);
        expect(names.filter((name) => !recorded.has(name))).toEqual([]);
        expect(names.at(-1)!.endsWith('-final')).toBe(endsSentence);
      }),
    );
  });

  test('have a file name each', () => {
    const names = allFragmentRecordings().map((recording) => recording.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^(numbers|digits)\/[a-z-]+$/.test(name))).toEqual([]);
  });
});

/** What a listener understands: written from the words alone, without the speaker's tables. */
const heard: Readonly<Record<string, number>> = {
  zero: 0, um: 1, uma: 1, dois: 2, duas: 2, três: 3, quatro: 4, cinco: 5, seis: 6, sete: 7, oito: 8, nove: 9, dez: 10,
  onze: 11, doze: 12, treze: 13, quatorze: 14, quinze: 15, dezesseis: 16, dezessete: 17, dezoito: 18, dezenove: 19,
  vinte: 20, trinta: 30, quarenta: 40, cinquenta: 50, sessenta: 60, setenta: 70, oitenta: 80, noventa: 90, cem: 100,
  cento: 100, duzent: 200, trezent: 300, quatrocent: 400, quinhent: 500, seiscent: 600, setecent: 700, oitocent: 800,
  novecent: 900,
}; // biome-ignore format: a table reads better in rows

function numberOf(words: string): number {
  let total = 0;
  let group = 0;
  for (const word of words.split(' ').filter((each) => each !== 'e' && each !== 'de')) {
    const scale = { mil: 1000, milhão: 1_000_000, milhões: 1_000_000 }[word];
    if (scale === undefined) {
      const value = heard[word.replace(/(cent|zent|nhent)[oa]s$/, '$1')];
      if (value === undefined) throw new Error(`nobody understands "${word}"`);
      group += value;
    } else {
      total += (group === 0 ? 1 : group) * scale;
      group = 0;
    }
  }
  return total + group;
}

function amountOf(words: string): number {
  const match = /^(?:(.+?) rea(?:l|is))?(?: e )?(?:(.+) centavos?)?$/.exec(words);
  if (match === null) throw new Error(`nobody understands "${words}"`);
  const reais = match[1] === undefined ? 0 : numberOf(match[1]);
  return reais * 100 + (match[2] === undefined ? 0 : numberOf(match[2]));
}
