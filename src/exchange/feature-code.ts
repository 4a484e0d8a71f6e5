import type { Digit } from '../telephony/digit-buffer.ts';

/** What a phone asks for by keys in a talk. */
export type FeatureAct =
  | { readonly kind: 'blind' | 'consult'; readonly number: string }
  /** Out of a consultation: back to who waits, or all three together. */
  | { readonly kind: 'back' | 'together' };

/** Whether a phone talks to one, or asks another one while the first waits. */
export type FeaturePhase = 'talk' | 'consultation';

interface KeyedSoFar {
  /** What may still become a code; empty when nothing may. */
  readonly keys: string;
  readonly act?: FeatureAct;
}

const mostDigits = 20;

/** A phone in a talk presses a key after others: `*1<number>#`, `*2<number>#`; in a consultation `*0`, `*3`. */
export function keyedInTalk(keys: string, digit: Digit, phase: FeaturePhase): KeyedSoFar {
  if (digit === '*') return { keys: '*' };
  if (keys === '') return { keys: '' };
  if (keys === '*') {
    if (phase === 'consultation') {
      const kind = { '0': 'back', '3': 'together' }[digit as string] as 'back' | 'together' | undefined;
      return kind === undefined ? { keys: '' } : { keys: '', act: { kind } };
    }
    return { keys: digit === '1' || digit === '2' ? `*${digit}` : '' };
  }
  if (digit === '#') return keyedWhole(keys);
  return { keys: keys.length < mostDigits + 2 ? keys + digit : '' };
}

/** The number is whole: after `#`, or a while without a key. */
export function keyedWhole(keys: string): KeyedSoFar {
  const [, code, number] = /^\*([12])(\d{2,})$/.exec(keys) ?? [];
  return number === undefined ? { keys: '' } : { keys: '', act: { kind: code === '1' ? 'blind' : 'consult', number } };
}
