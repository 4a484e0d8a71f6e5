import { dateFragments } from './dates.ts';
import { digitWords } from './digits.ts';
import { nouns } from './nouns.ts';
import { cardinal, cardinalFragments, type Fragment } from './numbers.ts';
import { closed, open, type Recording } from './recording.ts';

/** What ends the name of a recording made for the end of a sentence. */
export const finalSuffix = '-final';

const cardinals: ReadonlySet<Fragment> = new Set(cardinalFragments());

/** Every piece of a spoken number, amount, date, time, duration or count that is recorded once. */
export const numberFragments: ReadonlySet<Fragment> = new Set([
  ...cardinals,
  'real',
  'reais',
  'real e',
  'reais e',
  'centavo',
  'centavos',
  'nenhum',
  'nenhuma',
  ...Object.values(nouns).flatMap((noun) => [noun.one, noun.many]),
  ...dateFragments(),
  'asterisco',
  'jogo da velha',
]);

/**
 * Those that are also recorded with a falling voice, for the end of a sentence: all but the larger numbers, which end
 * one only as a year, and would double the size of it all.
 */
const endings: ReadonlySet<Fragment> = new Set([
  ...[...numberFragments].filter((word) => !cardinals.has(word) && !/ e$|^(de|à|às)$/.test(word)),
  ...Array.from({ length: 10 }, (_, value) => cardinal(value, 'masculine')).flat(),
]);

/** A breath between dictated digits, and a longer one in which the caller writes a group down. */
const digitTailMs = { open: 130, closed: 400 };

/** The recordings of number fragments in the order spoken. */
export function fragmentRecordings(words: readonly Fragment[], endsSentence: boolean): Recording[] {
  return words.map((word, index) => numberRecording(word, endsSentence && index === words.length - 1));
}

/** The recordings of one dictated group of digits, given as words; the voice falls at its end. */
export function digitRecordings(words: readonly string[]): Recording[] {
  return words.map((word, index) => digitRecording(word, index === words.length - 1));
}

/** Every fragment recording there is, for rendering. */
export function allFragmentRecordings(): Recording[] {
  return [
    ...[...numberFragments].map((word) => numberRecording(word, false)),
    ...[...endings].map((word) => numberRecording(word, true)),
    ...Object.values(digitWords).flatMap((word) => [digitRecording(word, false), digitRecording(word, true)]),
  ];
}

/** By word and place: there are some hundred words, and each call says dozens. */
const madeRecordings = { open: new Map<Fragment, Recording>(), final: new Map<Fragment, Recording>() };

function numberRecording(word: Fragment, final: boolean): Recording {
  const made = madeRecordings[final ? 'final' : 'open'];
  let recording = made.get(word);
  if (recording === undefined) {
    const name = `numbers/${slug(word)}`;
    recording = final && endings.has(word) ? closed(`${name}${finalSuffix}`, word) : open(name, word);
    made.set(word, recording);
  }
  return recording;
}

function digitRecording(word: string, final: boolean): Recording {
  const name = `digits/${slug(word)}`;
  return final ? closed(`${name}${finalSuffix}`, word, digitTailMs.closed) : open(name, word, digitTailMs.open);
}

/** "três milhões de" becomes "tres-milhoes-de": a file name that every file system keeps. */
function slug(word: string): string {
  return word.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll(' ', '-');
}
