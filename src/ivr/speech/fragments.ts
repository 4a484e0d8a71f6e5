import { dateFragments } from './dates.ts';
import { digitWords } from './digits.ts';
import { nouns } from './nouns.ts';
import { cardinalFragments, type Fragment } from './numbers.ts';
import { closed, open, type Recording } from './recording.ts';

/** Every piece of a spoken number, amount, date, time, duration or count that is recorded once. */
export const numberFragments: ReadonlySet<Fragment> = new Set([
  ...cardinalFragments(),
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

/** A breath between dictated digits, and a longer one in which the caller writes a group down. */
const digitTailMs = { open: 130, closed: 400 };

/**
 * The recordings of number fragments in the order spoken. Only the last one of an utterance that ends its sentence
 * is taken with a falling voice.
 */
export function fragmentRecordings(words: readonly Fragment[], endsSentence: boolean): Recording[] {
  return words.map((word, index) => fragmentRecording('numbers', word, endsSentence && index === words.length - 1));
}

/** The recordings of one dictated group of digits, given as words; the voice falls at its end. */
export function digitRecordings(words: readonly string[]): Recording[] {
  return words.map((word, index) => fragmentRecording('digits', word, index === words.length - 1));
}

/** Every fragment recording there is, for rendering: those that can end a sentence in both intonations. */
export function allFragmentRecordings(): Recording[] {
  const numbers = [...numberFragments].flatMap((word) => {
    const joins = / (e|de)$|^(de|à|às)$/.test(word);
    return joins ? [fragmentRecording('numbers', word, false)] : bothWays('numbers', word);
  });
  return [...numbers, ...Object.values(digitWords).flatMap((word) => bothWays('digits', word))];
}

function bothWays(folder: 'numbers' | 'digits', word: string): Recording[] {
  return [fragmentRecording(folder, word, false), fragmentRecording(folder, word, true)];
}

function fragmentRecording(folder: 'numbers' | 'digits', word: string, final: boolean): Recording {
  const name = `${folder}/${slug(word)}${final ? '-final' : ''}`;
  const make = final ? closed : open;
  return folder === 'digits' ? make(name, word, digitTailMs[final ? 'closed' : 'open']) : make(name, word);
}

/** "três milhões de" becomes "tres-milhoes-de": a file name that every file system keeps. */
function slug(word: string): string {
  return word.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll(' ', '-');
}
