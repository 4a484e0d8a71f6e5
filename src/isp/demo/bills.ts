import { addDays, startOfMonth } from '../../kernel/clock.ts';
import type { Bills } from './situations.ts';

/** An invoice is issued this many days before it is due. */
export const issueDaysBefore = 7;

export interface DemoBill {
  readonly dueOn: string;
  readonly issuedOn: string;
  readonly open: boolean;
  /** The days on which it may have been paid: the due day or one of the six before. */
  readonly paidOn: readonly [string, ...string[]];
}

/**
 * The day of the month on which a contract's bills are due, so that its latest stands as wished today: `next` due in five
 * days or a little less; `late` by 2 to 11 days; `overdue` by 16 to 22, more than the fifteen that suspend.
 * @param chance a number from 0 to 9
 */
export function dueDayFor(bills: Bills, today: string, chance: number): number {
  if (bills === 'next') return dayOf(addDays(today, 5));
  if (bills === 'late') return dayOf(addDays(today, -2 - chance));
  if (bills === 'overdue') return dayOf(addDays(today, -16 - (chance % 7)));
  return [5, 10, 15, 20, 25][chance % 5] ?? 10;
}

/** A year of monthly bills up to the one issued last; which of them are open follows from how the contract stands. */
export function billsOf(bills: Bills, dueDay: number, today: string): DemoBill[] {
  if (bills === 'none') return [];
  const dues: string[] = [];
  let month = startOfMonth(addDays(today, 31));
  while (dues.length < 12) {
    const due = addDays(month, dueDay - 1);
    if (addDays(due, -issueDaysBefore) <= today) dues.push(due);
    month = startOfMonth(addDays(month, -1));
  }
  const openFrom = bills === 'late' || bills === 'overdue' ? lastBefore(dues, today) : today;
  return dues.toReversed().map((dueOn) => ({
    dueOn,
    issuedOn: addDays(dueOn, -issueDaysBefore),
    open: dueOn >= openFrom,
    paidOn: [dueOn, ...[1, 2, 3, 4, 5, 6].map((days) => addDays(dueOn, -days))],
  }));
}

function lastBefore(duesLatestFirst: readonly string[], today: string): string {
  return duesLatestFirst.find((due) => due < today) ?? today;
}

/** Bills are never due on the 29th to 31st, which not every month has. */
function dayOf(date: string): number {
  return Math.min(Number(date.slice(8)), 28);
}
