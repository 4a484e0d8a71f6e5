/** Which of a digit's five elements are wide: two of five (ISO/IEC 16390, table 1). */
const wideOf = ['00110', '10001', '01001', '11000', '00101', '10100', '01100', '00011', '10010', '01010'] as const;

const start = '0000';
const stop = '100';
const wideModules = 3;

/** A dark bar of a barcode, in modules: the width of a narrow element. */
export interface Bar {
  readonly at: number;
  readonly width: number;
}

/**
 * The bars of "Interleaved 2 of 5", in which a boleto's 44 digits are printed: of each pair the first digit is in the bars,
 * the second in the spaces between them. Wide elements are three modules, so that FEBRABAN's 103 mm hold 405 modules.
 * @throws RangeError when it is not an even number of digits
 */
export function itf25Bars(digits: string): { readonly bars: readonly Bar[]; readonly modules: number } {
  if (!/^(?:\d\d)+$/.test(digits)) throw new RangeError('A barcode of this kind holds an even number of digits.');
  const pairs = (digits.match(/\d\d/g) ?? []).map(([bars = '0', spaces = '0']) =>
    interleaved(wide(bars), wide(spaces)),
  );
  const bars: Bar[] = [];
  let at = 0;
  Array.from(`${start}${pairs.join('')}${stop}`).forEach((element, index) => {
    const width = element === '1' ? wideModules : 1;
    if (index % 2 === 0) bars.push({ at, width });
    at += width;
  });
  return { bars, modules: at };
}

function wide(digit: string): string {
  return wideOf[Number(digit)] ?? '';
}

function interleaved(bars: string, spaces: string): string {
  return Array.from(bars, (bar, i) => `${bar}${spaces[i] ?? ''}`).join('');
}
