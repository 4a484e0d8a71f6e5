import { expect, test } from 'vitest';
import type { Digit } from '../telephony/digit-buffer.ts';
import { type FeatureAct, type FeaturePhase, keyedInTalk, keyedWhole } from './feature-code.ts';

/** Everything that comes of these keys. */
function acts(keys: string, phase: FeaturePhase = 'talk'): FeatureAct[] {
  let soFar = '';
  const done: FeatureAct[] = [];
  for (const digit of keys as Iterable<Digit>) {
    const { keys: left, act } = keyedInTalk(soFar, digit, phase);
    soFar = left;
    if (act !== undefined) done.push(act);
  }
  return done;
}

test.each([
  ['*11002#', [{ kind: 'blind', number: '1002' }]],
  ['*2991234567#', [{ kind: 'consult', number: '991234567' }]],
  ['12*11002#', [{ kind: 'blind', number: '1002' }]],
  ['*1*21002#', [{ kind: 'consult', number: '1002' }]],
  ['**11002#', [{ kind: 'blind', number: '1002' }]],
  ['*1#', []],
  ['*71002#', []],
  ['1002#', []],
  ['*0*3', []],
  [`*1${'9'.repeat(40)}#`, []],
])('in a talk %s comes to what it says', (keys, expected) => {
  expect(acts(keys)).toEqual(expected);
});

test.each([
  ['*0', [{ kind: 'back' }]],
  ['*3', [{ kind: 'together' }]],
  ['*11002#', []],
])('in a consultation %s comes to what it says', (keys, expected) => {
  expect(acts(keys, 'consultation')).toEqual(expected);
});

test('a number is whole without its end, too, but not a code without a number', () => {
  expect(keyedWhole('*11002').act).toEqual({ kind: 'blind', number: '1002' });
  expect(keyedWhole('*1').act).toBeUndefined();
  expect(keyedWhole('*').act).toBeUndefined();
});
