import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays, daysBetween } from '../../kernel/clock.ts';
import { billsOf, dueDayFor } from './bills.ts';
import type { Bills } from './situations.ts';

const days = fc.integer({ min: 0, max: 1500 }).map((count) => addDays('2026-01-01', count));
const chances = fc.integer({ min: 0, max: 9 });

/** How many days each open bill is past its due day, on a day of the year. */
function lateBy(bills: Bills, today: string, chance: number): number[] {
  return billsOf(bills, dueDayFor(bills, today, chance), today)
    .filter((bill) => bill.open && bill.dueOn < today)
    .map((bill) => daysBetween(bill.dueOn, today));
}

test('on any day, one bill of a suspended contract is late enough to suspend', () => {
  fc.assert(
    fc.property(days, chances, (today, chance) => {
      const late = lateBy('overdue', today, chance);
      expect(late).toHaveLength(1);
      expect(late[0]).toBeGreaterThanOrEqual(15);
    }),
  );
});

test('on any day, one bill of a late contract is late, and not yet enough to suspend', () => {
  fc.assert(
    fc.property(days, chances, (today, chance) => {
      const late = lateBy('late', today, chance);
      expect(late).toHaveLength(1);
      expect(late[0]).toBeLessThan(15);
    }),
  );
});

test('on any day, who pays has a year of bills in order and none late; who has the next one has just it', () => {
  fc.assert(
    fc.property(days, chances, fc.constantFrom<Bills>('next', 'paid'), (today, chance, bills) => {
      const year = billsOf(bills, dueDayFor(bills, today, chance), today);
      expect(year).toHaveLength(12);
      expect(year.map((bill) => bill.dueOn)).toEqual(year.map((bill) => bill.dueOn).toSorted());
      expect(lateBy(bills, today, chance)).toEqual([]);
      expect(bills === 'paid' || year.filter((bill) => bill.open).length === 1).toBe(true);
    }),
  );
});
