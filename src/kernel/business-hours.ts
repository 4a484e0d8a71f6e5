import { Temporal } from 'temporal-polyfill';

export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof weekdays)[number];

/** A stretch of one day, `HH:MM` each; `to` is no longer within it and may be `24:00`. */
export interface OpenStretch {
  readonly from: string;
  readonly to: string;
}

/** When people answer. */
export interface BusinessHours {
  /** IANA name of the zone the times are meant in. */
  readonly timeZone: string;
  /** A day left out is closed. */
  readonly weekly: Readonly<Partial<Record<Weekday, readonly OpenStretch[]>>>;
  /** Closed all day: `YYYY-MM-DD` once, `MM-DD` every year. */
  readonly holidays: readonly string[];
}

/** Whether somebody answers at that instant. */
export function isOpen(hours: BusinessHours, at: Date): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(hours.timeZone);
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' });
  return stretchesOf(hours, local.toPlainDate()).some((stretch) => stretch.from <= time && time < stretch.to);
}

function stretchesOf(hours: BusinessHours, day: Temporal.PlainDate): readonly OpenStretch[] {
  const date = day.toString();
  if (hours.holidays.includes(date) || hours.holidays.includes(date.slice(5))) return [];
  const weekday = weekdays[day.dayOfWeek - 1];
  return weekday === undefined ? [] : (hours.weekly[weekday] ?? []);
}
