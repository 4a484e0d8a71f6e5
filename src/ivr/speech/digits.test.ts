import { expect, test } from 'vitest';
import { spokenDigits, spokenKey, spokenProtocol } from './digits.ts';

test('dictated digits say "meia" for six, and skip separators', () => {
  expect(spokenDigits('66.0-1').join(' ')).toBe('meia meia zero um');
});

test('a key to press is "seis", since no key is called "meia"', () => {
  expect(spokenKey('6')).toBe('seis');
  expect(() => spokenKey('A')).toThrow(RangeError);
});

test('a protocol is dictated as its day and its sequence', () => {
  expect(spokenProtocol('20261121000123').map((group) => group.join(' '))).toEqual([
    'dois zero dois meia um um dois um',
    'zero zero zero um dois três',
  ]);
  expect(spokenProtocol('161201')).toEqual([['um', 'meia', 'um', 'dois', 'zero', 'um']]);
  expect(() => spokenProtocol('OS-4711')).toThrow(RangeError);
});
