import type { Gender } from './nouns.ts';

/**
 * A piece of a spoken number, recorded as one file: "vinte e um", "cento e", "mil", "reais e". The joining "e" and
 * "de" belong to the piece before them, because that is how they are pronounced ("centoi vinte"), and because a
 * number of six figures is then five files and not twelve.
 */
export type Fragment = string;

/** 999,999,999: what an amount to 999,999,999.99 needs. */
export const largestCardinal = 999_999_999;

const units = ['zero', 'um', 'dois', 'três', 'quatro', 'cinco', 'seis', 'sete', 'oito', 'nove'];
const teens = ['dez', 'onze', 'doze', 'treze', 'quatorze', 'quinze', 'dezesseis', 'dezessete', 'dezoito', 'dezenove'];
const tens = ['', '', 'vinte', 'trinta', 'quarenta', 'cinquenta', 'sessenta', 'setenta', 'oitenta', 'noventa'];
const hundreds = [
  '',
  'cento',
  'duzentos',
  'trezentos',
  'quatrocentos',
  'quinhentos',
  'seiscentos',
  'setecentos',
  'oitocentos',
  'novecentos',
];
const scales = ['mil', 'milhão', 'milhões'];

/**
 * A whole number in Portuguese words, as the fragments to be said in order.
 * @param value 0 to 999,999,999
 * @throws RangeError outside of it
 */
export function cardinal(value: number, gender: Gender): Fragment[] {
  if (!Number.isInteger(value) || value < 0 || value > largestCardinal) {
    throw new RangeError(`Only whole numbers from 0 to ${largestCardinal} can be spoken.`);
  }
  if (value === 0) return ['zero'];
  const millions = Math.floor(value / 1_000_000);
  const thousands = Math.floor(value / 1000) % 1000;
  const rest = value % 1000;
  // "Milhão" is a masculine noun whatever it counts; "mil" is not, so that it is "duas mil faturas".
  const groups = [
    { value: millions, words: [...upToThousand(millions, 'masculine'), millions === 1 ? 'milhão' : 'milhões'] },
    { value: thousands, words: [...(thousands === 1 ? [] : upToThousand(thousands, gender)), 'mil'] },
    { value: rest, words: upToThousand(rest, gender) },
  ].filter((group) => group.value > 0);

  return groups.flatMap((group, index) => {
    const next = groups[index + 1];
    // "E" joins the last group only when that group has no "e" of its own: mil e vinte, mil e duzentos, mil cento e vinte.
    const joins = next !== undefined && index === groups.length - 2 && (next.value < 100 || next.value % 100 === 0);
    return joins ? withLast(group.words, (last) => `${last} e`) : group.words;
  });
}

/** The fragments of a number of things: "duas faturas", "um contrato", "nenhuma fatura", "um milhão de faturas". */
export function counted(value: number, one: string, many: string, gender: Gender): Fragment[] {
  if (value === 0) return [gender === 'feminine' ? 'nenhuma' : 'nenhum', one];
  return [...beforeNoun(cardinal(value, gender)), value === 1 ? one : many];
}

/** The same number as it stands before a noun: a round number of millions takes "de". */
export function beforeNoun(words: readonly Fragment[]): Fragment[] {
  return withLast(words, (last) => (last.startsWith('milh') ? `${last} de` : last));
}

/** The fragments with the last one changed. */
export function withLast(words: readonly Fragment[], change: (last: Fragment) => Fragment): Fragment[] {
  return words.map((word, index) => (index === words.length - 1 ? change(word) : word));
}

/** Every fragment that `cardinal` and `beforeNoun` can give. */
export function cardinalFragments(): Fragment[] {
  const small = Array.from({ length: 100 }, (_, value) => value);
  const round = hundreds
    .slice(1)
    .flatMap((_, index) => [hundred(index + 1, 'masculine'), hundred(index + 1, 'feminine')]);
  return [
    ...small.flatMap((value) => [upToHundred(value, 'masculine'), upToHundred(value, 'feminine')]),
    'cem',
    ...round.flatMap((word) => [word, `${word} e`]),
    ...scales.flatMap((word) => [word, `${word} e`]),
    'milhão de',
    'milhões de',
  ];
}

function upToThousand(value: number, gender: Gender): Fragment[] {
  if (value === 100) return ['cem'];
  const rest = value % 100;
  const words = rest === 0 ? [] : [upToHundred(rest, gender)];
  if (value < 100) return words;
  const word = hundred(Math.floor(value / 100), gender);
  return [rest === 0 ? word : `${word} e`, ...words];
}

function upToHundred(value: number, gender: Gender): Fragment {
  if (value >= 10 && value < 20) return teens[value - 10]!;
  const ten = tens[Math.floor(value / 10)]!;
  const unit = value % 10;
  const word =
    gender === 'feminine' && unit === 1 ? 'uma' : gender === 'feminine' && unit === 2 ? 'duas' : units[unit]!;
  if (ten === '') return word;
  return unit === 0 ? ten : `${ten} e ${word}`;
}

function hundred(count: number, gender: Gender): Fragment {
  const word = hundreds[count]!;
  return gender === 'feminine' ? word.replace(/os$/, 'as') : word;
}
