import { Temporal } from 'temporal-polyfill';

/**
 * The ways in which the documentation's samples write days and instants, each in the provider's time zone. A field has
 * one of them, always the same.
 */

/** `2017-08-05 00:00:00` */
export function isoInstant(at: Date, timeZone: string): string {
  const { offsetMs } = offsetOf(at, timeZone);
  return new Date(at.getTime() + offsetMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** `2017-09-27 18:14:08-03`, as PostgreSQL writes an instant. */
export function offsetInstant(at: Date, timeZone: string): string {
  return `${isoInstant(at, timeZone)}${offsetOf(at, timeZone).text}`;
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
  return brazilianDay(isoInstant(at, timeZone).slice(0, 10));
}

/** `2020-04-05` as `05/04/2020`. */
export function brazilianDay(day: string): string {
  return day.split('-').toReversed().join('/');
}

/** How far a time zone is from UTC, from one change of its clocks to the next. */
interface Offset {
  readonly fromMs: number;
  readonly toMs: number;
  readonly offsetMs: number;
  /** `-03`, `+05:30` */
  readonly text: string;
}

/** Those that were asked for, by time zone: a list of subscribers has the same few hundreds of thousands of times. */
const known = new Map<string, Offset[]>();

function offsetOf(at: Date, timeZone: string): Offset {
  const ms = at.getTime();
  const offsets = known.get(timeZone) ?? [];
  const found = offsets.find(({ fromMs, toMs }) => ms >= fromMs && ms < toMs);
  if (found !== undefined) return found;
  const zoned = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone);
  const offset = {
    // The last change before it; when it is one itself, that one.
    fromMs: zoned.add({ milliseconds: 1 }).getTimeZoneTransition('previous')?.epochMilliseconds ?? -Infinity,
    toMs: zoned.getTimeZoneTransition('next')?.epochMilliseconds ?? Infinity,
    offsetMs: zoned.offsetNanoseconds / 1e6,
    text: zoned.offset.replace(/:00$/, ''),
  };
  known.set(timeZone, [...offsets, offset]);
  return offset;
}
