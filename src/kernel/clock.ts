import { Temporal } from 'temporal-polyfill';

/** The only source of time, so that any run can be replayed. */
export interface Clock {
  now(): Date;
  /** Resolves after `ms` milliseconds, or rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  sleep: (ms, signal) =>
    // Not node:timers/promises: on each abort it makes an error with a stack, a fifth of the cost of a call in a menu.
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason as Error);
      const abort = () => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', abort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', abort, { once: true });
    }),
};

/** The day that was last asked for, by time zone: asked several times in every call, it is nearly always today. */
const lastDays = new Map<string, { readonly date: string; readonly fromMs: number; readonly toMs: number }>();

/** The calendar day (`YYYY-MM-DD`) that an instant falls on in a time zone. */
export function localDate(instant: Date, timeZone: string): string {
  const ms = instant.getTime();
  const last = lastDays.get(timeZone);
  if (last !== undefined && ms >= last.fromMs && ms < last.toMs) return last.date;
  const day = zoned(instant, timeZone).toPlainDate();
  const date = day.toString();
  const fromMs = day.toZonedDateTime(timeZone).epochMilliseconds;
  const toMs = day.add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds;
  lastDays.set(timeZone, { date, fromMs, toMs });
  return date;
}

/** The wall-clock time (`HH:MM`) of an instant in a time zone. */
export function localTime(instant: Date, timeZone: string): string {
  return zoned(instant, timeZone).toPlainTime().toString({ smallestUnit: 'minute' });
}

/** The calendar day and wall-clock time (`YYYY-MM-DD HH:MM:SS`) of an instant in a time zone. */
export function localDateTime(instant: Date, timeZone: string): string {
  const ms = instant.getTime();
  return new Date(ms + offsetMs(ms, timeZone)).toISOString().slice(0, 19).replace('T', ' ');
}

/** Clocks are changed at quarters of an hour. The one that was last asked for, by time zone: lists are in order of time. */
const quarterMs = 900_000;
const lastOffsets = new Map<string, { readonly quarter: number; readonly offsetMs: number }>();

function offsetMs(ms: number, timeZone: string): number {
  const quarter = Math.floor(ms / quarterMs);
  const last = lastOffsets.get(timeZone);
  if (last?.quarter === quarter) return last.offsetMs;
  const offset = zoned(new Date(ms), timeZone).offsetNanoseconds / 1_000_000;
  lastOffsets.set(timeZone, { quarter, offsetMs: offset });
  return offset;
}

/** The first instant of a calendar day (`YYYY-MM-DD`) in a time zone. */
export function startOfDay(date: string, timeZone: string): Date {
  return new Date(Temporal.PlainDate.from(date).toZonedDateTime(timeZone).epochMilliseconds);
}

/**
 * The instant at which a wall clock in a time zone shows `YYYY-MM-DDTHH:MM[:SS]`.
 * @throws RangeError when there is no such day or time
 */
export function localInstant(dateTime: string, timeZone: string): Date {
  return new Date(
    Temporal.PlainDateTime.from(dateTime, { overflow: 'reject' }).toZonedDateTime(timeZone).epochMilliseconds,
  );
}

/** The first day (`YYYY-MM-DD`) of the month that a calendar day lies in. */
export function startOfMonth(date: string): string {
  return `${date.slice(0, -2)}01`;
}

/** A calendar day moved by a number of days, which may be negative. */
export function addDays(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** Whole days from one calendar day to a later one; negative when it is earlier. */
export function daysBetween(from: string, to: string): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'day' }).days;
}

function zoned(instant: Date, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone);
}
