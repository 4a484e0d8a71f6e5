import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatProtocolNumber, protocolGroups } from './protocol-number.ts';

test('a protocol has 14 digits in two groups that give it back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999 }), (sequence) => {
      const protocol = formatProtocolNumber('2026-11-21', sequence);
      expect(protocol).toMatch(/^20261121\d{6}$/);
      expect(protocolGroups(protocol).join('')).toBe(protocol);
      expect(Number(protocolGroups(protocol)[1])).toBe(sequence);
    }),
  );
});

test.each([
  ['202611211058216', ['20261121', '1058216']],
  ['20161201181601', ['20161201', '181601']],
  ['161201180200', ['161201', '180200']],
  ['2026/1234', ['202612', '34']],
  ['4711', ['4711']],
  ['OS-4711', []],
  ['', []],
])('%s, as another ERP writes it, is spoken in the groups %j', (protocol, groups) => {
  expect(protocolGroups(protocol)).toEqual(groups);
});

test('a sequence that would not fit is an error, not a longer number', () => {
  expect(() => formatProtocolNumber('2026-11-21', 1_000_000)).toThrow(RangeError);
  expect(() => formatProtocolNumber('2026-11-21', 0)).toThrow(RangeError);
});
