import { expect, test } from 'vitest';
import { contractOf, scriptedErp, subscriberOf } from '../../test/helpers/scripted-erp.ts';
import { callerByNumber } from './caller-lookup.ts';

const number = '+5537999990001';
const { signal } = new AbortController();
const one = subscriberOf([contractOf()]);
const several = subscriberOf([contractOf(), contractOf({ id: '502' })]);

test.each([
  ['a subscriber, with the only contract', '37999990001', [one], { subscriber: one, contractId: '501' }],
  ['a subscriber with several contracts, of which none is meant', number, [several], { subscriber: several }],
  ['nobody, when several gave the number', number, [one, several], {}],
  ['nobody, when it is on no record', number, [], {}],
])('a number is that of %s', async (_, callerNumber, known, expected) => {
  expect(await callerByNumber(scriptedErp({ byPhone: { [number]: known } }), callerNumber, signal)).toEqual(expected);
});

test('an ERP is not asked who an extension is, or who withheld the number', async () => {
  const erp = scriptedErp();
  for (const callerNumber of ['2001', '', 'anonymous'])
    expect(await callerByNumber(erp, callerNumber, signal)).toEqual({});
  expect(erp.asked).toEqual([]);
});
