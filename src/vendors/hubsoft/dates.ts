import { Temporal } from 'temporal-polyfill';

/**
 * The ways in which the documentation's samples write days and instants, each in the provider's time zone. A field has
 * one of them, always the same.
 */

/** `2017-08-05 00:00:00` */
export function isoInstant(at: Date, timeZone: string): string {
  return local(at, timeZone).toPlainDateTime().toString({ smallestUnit: 'second' }).replace('T', ' ');
}

/** `2017-09-27 18:14:08-03`, as PostgreSQL writes an instant. */
export function offsetInstant(at: Date, timeZone: string): string {
  const zoned = local(at, timeZone);
  return `${isoInstant(at, timeZone)}${zoned.offset.replace(/:00$/, '')}`;
}

/** `16/11/2018 10:58:21` */
export function brazilianInstant(at: Date, timeZone: string): string {
  return `${brazilianDayOf(at, timeZone)} ${isoInstant(at, timeZone).slice(11)}`;
}

/** `05/03/2020 14:52` */
export function brazilianMinute(at: Date, timeZone: string): string {
  return brazilianInstant(at, timeZone).slice(0, -3);
}

/** `16/11/2018`, the calendar day that an instant falls on. */
export function brazilianDayOf(at: Date, timeZone: string): string {
  return brazilianDay(local(at, timeZone).toPlainDate().toString());
}

/** `2020-04-05` as `05/04/2020`. */
export function brazilianDay(day: string): string {
  return day.split('-').toReversed().join('/');
}

function local(at: Date, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
}
