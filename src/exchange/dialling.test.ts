import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { areaCodeOf, formatNumber, outsideNumber } from './dialling.ts';
import type { NumberFormat } from './schemas.ts';

const here = '34';
const area = fc.constantFrom('11', '21', '34', '61', '85', '99');
const carrier = fc.constantFrom('14', '15', '21', '31', '41');
const landline = fc.stringMatching(/^[25]\d{7}$/);
const mobile = fc.stringMatching(/^9\d{8}$/);
const formats: readonly NumberFormat[] = ['plus', 'country', 'trunk_prefix', 'area'];

describe('a number dialled in Uberlândia', () => {
  test.each([
    ['190', '190', 'emergency'],
    ['192', '192', 'emergency'],
    ['112', '112', 'emergency'],
    ['103', '103', 'special'],
    ['10315', '10315', 'special'],
    ['32221000', '+553432221000', 'local'],
    ['991234567', '+5534991234567', 'mobile'],
    ['3432221000', '+553432221000', 'local'],
    ['03432221000', '+553432221000', 'local'],
    ['01132221000', '+551132221000', 'national'],
    ['0151132221000', '+551132221000', 'national'],
    ['01511991234567', '+5511991234567', 'mobile'],
    ['11991234567', '+5511991234567', 'mobile'],
    ['5511991234567', '+5511991234567', 'mobile'],
    ['+551132221000', '+551132221000', 'national'],
    ['5532221000', '+555532221000', 'national'],
    ['08007212222', '+558007212222', 'local'],
    ['0800721222', '+55800721222', 'local'],
    ['03001234567', '+553001234567', 'special'],
    ['09001234567', '+559001234567', 'special'],
    ['40041234', '+5540041234', 'local'],
    ['30031234', '+5530031234', 'local'],
    ['0012125551234', '+12125551234', 'international'],
    ['001512125551234', '+12125551234', 'international'],
    ['00351211234567', '+351211234567', 'international'],
    ['+351211234567', '+351211234567', 'international'],
    ['005511991234567', '+5511991234567', 'mobile'],
  ])('%s means %s, which is %s', (dialled, number, kind) => {
    expect(outsideNumber(dialled, here)).toEqual({ number, kind });
  });

  test.each([
    '',
    '0',
    '1',
    '12',
    '2001',
    '2222',
    '9090991234567',
    '90151132221000',
    '0001',
    '00',
    '+',
    '12345678901234567890123',
  ])('%s means nothing', (dialled) => expect(outsideNumber(dialled, here)).toBeUndefined());

  test('whatever is dialled, nothing but digits comes out, and nobody is called who was not meant', () => {
    const anything = fc.oneof(fc.string(), fc.stringMatching(/^[+0-9]{0,24}$/));
    fc.assert(
      fc.property(anything, fc.option(area), (dialled, from) => {
        const number = outsideNumber(dialled, from ?? undefined)?.number ?? '';
        expect(number).toMatch(/^(?:\+[1-9]\d{6,14}|\d{3,5}|)$/);
        const meant = number === '' ? '' : dialled.replace(/^\+?0*/, '').slice(-7);
        expect(number.endsWith(meant)).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });
});

test('every way to dial a number of another area, or of one of ours, means the same', () => {
  fc.assert(
    fc.property(area, carrier, fc.oneof(landline, mobile), (code, operator, subscriber) => {
      const prefixes = ['', '0', `0${operator}`, '55', '+55', '0055', `00${operator}55`];
      const ways = prefixes.map((prefix) => `${prefix}${code}${subscriber}`);
      const meant = new Set(ways.map((way) => JSON.stringify(outsideNumber(way, here))));
      const kind = subscriber.length === 9 ? 'mobile' : code === here ? 'local' : 'national';
      expect([...meant]).toEqual([JSON.stringify({ number: `+55${code}${subscriber}`, kind })]);
      expect(outsideNumber(subscriber, code)?.number).toBe(`+55${code}${subscriber}`);
      expect(outsideNumber(subscriber, undefined)).toBeUndefined();
    }),
  );
});

test('what a trunk is told means what was dialled, in every format', () => {
  const dialled = fc.oneof(
    fc.tuple(area, fc.oneof(landline, mobile)).map(([code, subscriber]) => `0${code}${subscriber}`),
    fc.constantFrom('190', '103', '08007212222', '03001234567', '40041234', '0012125551234', '00351211234567'),
  );
  fc.assert(
    fc.property(dialled, fc.constantFrom(...formats), fc.option(carrier), (number, format, operator) => {
      const meant = outsideNumber(number, here);
      const told = formatNumber(meant?.number ?? '', format, operator ?? '');
      const isCountryCode = format === 'country' && told.length > 5;
      expect(outsideNumber(isCountryCode ? `+${told}` : told, here)).toEqual(meant);
    }),
  );
});

test.each([
  ['+5511991234567', '+5511991234567', '5511991234567', '01511991234567', '11991234567'],
  ['+558007212222', '+558007212222', '558007212222', '08007212222', '08007212222'],
  ['+12125551234', '+12125551234', '12125551234', '001512125551234', '0012125551234'],
  ['190', '190', '190', '190', '190'],
])('%s is told a trunk as it wants it', (number, ...told) => {
  expect(formats.map((format) => formatNumber(number, format, '15'))).toEqual(told);
});

test('a number says its area', () => {
  expect(areaCodeOf('+553432221000')).toBe('34');
  for (const number of ['+558007212222', '+5540041234', '+12125551234', '190'])
    expect(areaCodeOf(number)).toBeUndefined();
});
