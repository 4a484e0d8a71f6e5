import { Temporal } from 'temporal-polyfill';
import { nationalHolidays } from './national-holidays.ts';

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
  /** Whether Brazil's holidays are closed; `with_optional`: those by custom too (Carnival, Corpus Christi). */
  readonly nationalHolidays: 'off' | 'on' | 'with_optional';
  /** Closed all day: `YYYY-MM-DD` once, `MM-DD` every year. */
  readonly holidays: readonly string[];
  /** Days with hours of their own, named likewise, whatever else is said of them: a holiday on which somebody answers. */
  readonly specialDays: Readonly<Record<string, readonly OpenStretch[]>>;
}

/** Whether somebody answers at that instant. */
export function isOpen(hours: BusinessHours, at: Date): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(hours.timeZone);
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' });
  return stretchesOf(hours, local.toPlainDate()).some((stretch) => stretch.from <= time && time < stretch.to);
}

function stretchesOf(hours: BusinessHours, day: Temporal.PlainDate): readonly OpenStretch[] {
  const date = day.toString();
  const special = hours.specialDays[date] ?? hours.specialDays[date.slice(5)];
  if (special !== undefined) return special;
  if (hours.holidays.includes(date) || hours.holidays.includes(date.slice(5))) return [];
  if (isNationalHoliday(hours, day)) return [];
  const weekday = weekdays[day.dayOfWeek - 1];
  return weekday === undefined ? [] : (hours.weekly[weekday] ?? []);
}

function isNationalHoliday({ nationalHolidays: which }: BusinessHours, day: Temporal.PlainDate): boolean {
  if (which === 'off') return false;
  const date = day.toString();
  return nationalHolidays(day.year).some(
    (holiday) => holiday.date === date && (which === 'with_optional' || !holiday.optional),
  );
}
