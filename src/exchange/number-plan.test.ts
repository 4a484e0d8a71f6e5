import { expect, test } from 'vitest';
import {
  destinationFromTrunk,
  destinationOf,
  fallbackDestination,
  type NumberPlan,
  ringTargets,
} from './number-plan.ts';
import { type Extension, newExtension, newTrunk, type Trunk } from './schemas.ts';

const phone = (number: string): Extension => ({ ...newExtension.parse({ number }), password: 'secret-word' });
const group = (number: string, extensions: string[]) => ({ number, extensions, fallback: null });
const trunk: Trunk = {
  ...newTrunk.parse({ name: 'Operadora', host: 'sip.example', ownNumbers: ['+553432221000'] }),
  id: 1,
};
const weekdaysTillSix = {
  timeZone: 'America/Sao_Paulo',
  weekly: { friday: [{ from: '08:00', to: '18:00' }] },
  nationalHolidays: 'on',
  holidays: [],
  specialDays: {},
} as const;
const open = new Date('2026-11-27T17:59-03:00');
const plan: NumberPlan = {
  extensions: new Map(['1001', '1002'].map((number) => [number, phone(number)])),
  queues: new Set(['034']),
  groups: new Map([
    ['033', group('033', ['1001', '1002'])],
    ['034', group('034', ['1002'])],
  ]),
  inbound: new Map([
    ['2222', { open: { flow: 'atendimento' } }],
    ['1001', { open: { flow: 'never reached' } }],
    ['+553432221000', { open: { target: '033' } }],
    ['+553432221001', { open: { target: '1002' } }],
    ['+553432221002', { open: { target: '9999' } }],
    ['+553432221003', { open: { target: '1001' }, closed: { hours: 'plantão', place: { flow: 'recado' } } }],
    ['2225', { open: { target: '*981001' } }],
    ['2226', { open: { target: '*981002' } }],
    ['2223', { open: { flow: 'atendimento' }, closed: { hours: 'plantão', place: { target: '1002' } } }],
    ['2224', { open: { flow: 'atendimento' }, closed: { hours: 'none', place: { target: '1002' } } }],
  ]),
  voicemail: new Set(['1001']),
  hours: new Map([['plantão', weekdaysTillSix]]),
  trunks: [trunk],
  rules: [],
};

test('the menu number leads to its flow, a group to its members, an extension to itself', () => {
  expect(destinationOf(plan, '2222', open)).toEqual({ kind: 'flow', flow: 'atendimento' });
  expect(destinationOf(plan, '033', open)).toEqual({ kind: 'group', ...group('033', ['1001', '1002']) });
  expect(destinationOf(plan, '1001', open)).toEqual({ kind: 'extension', extensions: ['1001'] });
  expect(destinationOf(plan, '1003', open)).toEqual({ kind: 'unknown' });
});

test('a group falls back on a phone, a queue, a menu or a voicemail', () => {
  const kinds = ['1001', '034', '2222', '*981001', '*981002', '2226'].map((to) => fallbackDestination(plan, to, open));
  expect(kinds).toEqual([
    { kind: 'extension', extensions: ['1001'] },
    { kind: 'queue', number: '034' },
    { kind: 'flow', flow: 'atendimento' },
    { kind: 'voicemail', extension: '1001' },
    { kind: 'unknown' },
    { kind: 'unknown' },
  ]);
});

test('a menu number rings nobody', () => {
  expect(ringTargets(plan, '033')).toEqual(['1001', '1002']);
  expect(ringTargets(plan, '1002')).toEqual(['1002']);
  expect(ringTargets(plan, '2222')).toEqual([]);
});

test('a call from a trunk reaches our inbound numbers, however the trunk writes them, and nothing else', () => {
  for (const dialled of ['+553432221000', '553432221000', '3432221000', '03432221000', '32221000']) {
    expect(destinationFromTrunk(plan, 1, dialled, open)).toEqual({ kind: 'group', ...group('033', ['1001', '1002']) });
  }
  expect(destinationFromTrunk(plan, 1, '3432221001', open)).toEqual({ kind: 'extension', extensions: ['1002'] });
  for (const dialled of ['1002', '033', '3432221002', '3432221009', '190', '11991234567', 'x']) {
    expect(destinationFromTrunk(plan, 1, dialled, open)).toEqual({ kind: 'unknown' });
  }
});

test('outside its hours a number leads elsewhere, whether it is called from outside or inside', () => {
  const [phone, menu] = [
    { kind: 'extension', extensions: ['1001'] },
    { kind: 'flow', flow: 'recado' },
  ];
  const fromTrunk = (at: string) => destinationFromTrunk(plan, 1, '3432221003', new Date(at));
  expect(fromTrunk('2026-11-27T17:59-03:00')).toEqual(phone);
  expect(fromTrunk('2026-11-27T18:00-03:00')).toEqual(menu);
  expect(fromTrunk('2026-11-20T10:00-03:00')).toEqual(menu);
  const evening = new Date('2026-11-27T18:00-03:00');
  expect(destinationOf(plan, '2223', evening)).toEqual({ kind: 'extension', extensions: ['1002'] });
  expect(destinationOf(plan, '2223', open)).toEqual({ kind: 'flow', flow: 'atendimento' });
});

test('hours that are not there are always open', () => {
  expect(destinationOf(plan, '2224', new Date('2026-11-29T03:00-03:00'))).toEqual({
    kind: 'flow',
    flow: 'atendimento',
  });
});

test("a number leads to an extension's voicemail while that is on", () => {
  expect(destinationOf(plan, '2225', open)).toEqual({ kind: 'voicemail', extension: '1001' });
  expect(destinationOf(plan, '2226', open)).toEqual({ kind: 'unknown' });
});
