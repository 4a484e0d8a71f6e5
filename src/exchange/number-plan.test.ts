import { expect, test } from 'vitest';
import { destinationFromTrunk, destinationOf, type NumberPlan, ringTargets } from './number-plan.ts';
import { type Extension, newExtension, newTrunk, type Trunk } from './schemas.ts';

const phone = (number: string): Extension => ({ ...newExtension.parse({ number }), password: 'secret-word' });
const trunk: Trunk = {
  ...newTrunk.parse({ name: 'Operadora', host: 'sip.example', ownNumbers: ['+553432221000'] }),
  id: 1,
};
const plan: NumberPlan = {
  extensions: new Map(['1001', '1002'].map((number) => [number, phone(number)])),
  groups: new Map([['033', ['1001', '1002']]]),
  inbound: new Map([
    ['2222', { flow: 'atendimento' }],
    ['1001', { flow: 'never reached' }],
    ['+553432221000', { target: '033' }],
    ['+553432221001', { target: '1002' }],
    ['+553432221002', { target: '9999' }],
  ]),
  hours: new Map(),
  trunks: [trunk],
  rules: [],
};

test('the menu number leads to its flow, a group to its members, an extension to itself', () => {
  expect(destinationOf(plan, '2222')).toEqual({ kind: 'flow', flow: 'atendimento' });
  expect(destinationOf(plan, '033')).toEqual({ kind: 'group', extensions: ['1001', '1002'] });
  expect(destinationOf(plan, '1001')).toEqual({ kind: 'extension', extensions: ['1001'] });
  expect(destinationOf(plan, '1003')).toEqual({ kind: 'unknown' });
});

test('a menu number rings nobody', () => {
  expect(ringTargets(plan, '033')).toEqual(['1001', '1002']);
  expect(ringTargets(plan, '1002')).toEqual(['1002']);
  expect(ringTargets(plan, '2222')).toEqual([]);
});

test('a call from a trunk reaches our inbound numbers, however the trunk writes them, and nothing else', () => {
  for (const dialled of ['+553432221000', '553432221000', '3432221000', '03432221000', '32221000']) {
    expect(destinationFromTrunk(plan, 1, dialled)).toEqual({ kind: 'group', extensions: ['1001', '1002'] });
  }
  expect(destinationFromTrunk(plan, 1, '3432221001')).toEqual({ kind: 'extension', extensions: ['1002'] });
  for (const dialled of ['1002', '033', '3432221002', '3432221003', '190', '11991234567', 'x']) {
    expect(destinationFromTrunk(plan, 1, dialled)).toEqual({ kind: 'unknown' });
  }
});
