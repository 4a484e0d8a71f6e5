import fc from 'fast-check';
import { expect, test } from 'vitest';
import { invoiceKey, nextUnlockKey, ticketKey } from './act-key.ts';

const period = (state: string, latest = '2026-11/1') =>
  nextUnlockKey('77', '2026-11', { period: latest, state }).period;

test('the first unlock of a month, and the first after one of another month', () => {
  expect(nextUnlockKey('77', '2026-11', undefined)).toEqual({ key: '77:unlock:2026-11/1', period: '2026-11/1' });
  expect(period('done', '2026-10/1')).toBe('2026-11/1');
});

test('what was refused or not carried out is asked again under its key; what was granted and ran out under a new one', () => {
  for (const state of ['refused', 'nothing', 'intended']) expect(period(state)).toBe('2026-11/1');
  expect(period('done')).toBe('2026-11/2');
  expect(period('refused', '2026-11/2')).toBe('2026-11/2');
});

test('different acts never share a key, whatever the ids look like', () => {
  const id = fc.string({ maxLength: 6, unit: fc.constantFrom('a', '1', ':', '/', '%') });
  fc.assert(
    fc.property(fc.tuple(id, id), fc.tuple(id, id), ([contractA, callA], [contractB, callB]) => {
      fc.pre(contractA !== contractB || callA !== callB);
      expect(invoiceKey(contractA, 'sms', callA).key).not.toBe(invoiceKey(contractB, 'sms', callB).key);
      expect(ticketKey(contractA, 'sms', callA).key).not.toBe(invoiceKey(contractB, 'sms', callB).key);
    }),
  );
});
