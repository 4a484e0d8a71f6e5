import { expect, test } from 'vitest';
import { destinationOf, type NumberPlan, ringTargets } from './number-plan.ts';
import type { Extension } from './schemas.ts';

const phone = (number: string): Extension => ({
  number,
  password: 'secret-word',
  callerName: '',
  kind: 'sip',
  devices: 5,
  fallback: false,
  classes: ['internal'],
});
const plan: NumberPlan = {
  extensions: [phone('1001'), phone('1002')],
  groups: new Map([['033', ['1001', '1002']]]),
  inbound: new Map([
    ['2222', 'atendimento'],
    ['1001', 'never reached'],
  ]),
  hours: new Map(),
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
