import { expect, test } from 'vitest';
import { decideOutbound, dialledOutside, isTrunkFault, silentLast, type WaysOut } from './outbound.ts';
import { type CallClass, type Extension, newExtension, newTrunk, type Trunk } from './schemas.ts';

const trunk = (id: number, settings: object): Trunk => ({
  ...newTrunk.parse({ name: `Tronco ${id}`, host: 'sip.example', ...settings }),
  id,
});
const ways: WaysOut = {
  trunks: [
    trunk(1, { ownNumbers: ['+553432221000', '+553432221001'], numberFormat: 'area' }),
    trunk(2, { ownNumbers: ['+551132221000'], numberFormat: 'trunk_prefix', carrier: '15' }),
    trunk(3, { username: 'conta', numberFormat: 'plus' }),
  ],
  rules: [
    { prefix: '+5511', classes: [], trunkIds: [2, 1] },
    { prefix: '', classes: ['international'], trunkIds: [] },
    { prefix: '', classes: ['mobile'], trunkIds: [3, 99, 3] },
  ],
};
const extension = (classes: readonly CallClass[], shownNumber: string | null = null): Extension => ({
  ...newExtension.parse({ number: '1001', classes, shownNumber }),
  password: 'a-secret',
});
const everything: readonly CallClass[] = ['local', 'national', 'mobile', 'international', 'special'];

function tries(dialled: string, who = extension(everything)): string[] | string {
  const to = dialledOutside(ways, who, dialled);
  if (to === undefined) return 'nothing';
  const decision = decideOutbound(ways, who, to);
  if (decision.kind === 'not_allowed') return decision.kind;
  return decision.attempts.map((attempt) => `${attempt.trunkId} ${attempt.dial} ${attempt.shown}`);
}

test('a number is tried on the trunks of the first rule that fits, as each wants it, showing a number of its own', () => {
  expect(tries('01132225555')).toEqual(['2 0151132225555 +551132221000', '1 1132225555 +553432221000']);
  expect(tries('11991234567')).toEqual(['2 01511991234567 +551132221000', '1 11991234567 +553432221000']);
  expect(tries('61991234567')).toEqual(['3 +5561991234567 conta']);
});

test('without a rule all trunks are tried, and a rule without trunks bars', () => {
  expect(tries('32225555')).toEqual([
    '1 3432225555 +553432221000',
    '2 0153432225555 +551132221000',
    '3 +553432225555 conta',
  ]);
  expect(tries('0012125551234')).toEqual([]);
});

test('who shows a number of another area calls from there', () => {
  const there = extension(everything, '+551132221000');
  expect(tries('32225555', there)).toEqual(['2 0151132225555 +551132221000', '1 1132225555 +553432221000']);
  expect(tries('32225555', extension(everything, '+552132221000'))).toContain('1 3432225555 +553432221000');
});

test('an extension calls what it may, and emergencies always, on every trunk there is', () => {
  const barred = extension(['internal']);
  for (const dialled of ['32225555', '01132225555', '991234567', '0012125551234', '103', '08007212222']) {
    expect(tries(dialled, barred)).toBe('not_allowed');
  }
  expect(tries('991234567', extension(['mobile']))).not.toBe('not_allowed');
  expect(tries('190', barred)).toEqual(['1 190 +553432221000', '2 190 +551132221000', '3 190 conta']);
  expect(tries('2001')).toBe('nothing');
});

test('the next trunk is tried when this one is at fault, not when the number is', () => {
  for (const cause of [0, 20, 27, 34, 38, 42]) expect(isTrunkFault(cause, false)).toBe(true);
  for (const cause of [1, 16, 17, 28]) expect(isTrunkFault(cause, false)).toBe(false);
  expect(isTrunkFault(19, false)).toBe(true);
  for (const cause of [19, 21, 42]) expect(isTrunkFault(cause, true)).toBe(false);
});

test('a trunk that let nothing be heard a moment ago is tried after the others, and soon in its turn again', () => {
  const attempts = [1, 2, 3].map((trunkId) => ({ trunkId, dial: '190', shown: '' }));
  const at = new Date('2026-11-21T12:00:00Z');
  const order = (seconds: number) =>
    silentLast(attempts, new Map([[1, at]]), new Date(at.getTime() + seconds * 1000)).map(({ trunkId }) => trunkId);
  expect(order(10)).toEqual([2, 3, 1]);
  expect(order(70)).toEqual([1, 2, 3]);
});
