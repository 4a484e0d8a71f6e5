import { addDays, localInstant, startOfDay } from '../../kernel/clock.ts';

/** From the first instant to the one after the last. */
export interface Stretch {
  readonly from: Date;
  readonly until: Date;
}

const written = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?$/;

/**
 * What a date or an instant as callers write it covers: a day, a minute or a second; also with the day first, as on paper.
 * @returns undefined when there is no such day or time
 */
export function readStretch(text: string, timeZone: string): Stretch | undefined {
  const iso = text.trim().replace(/^(\d{2})\/(\d{2})\/(\d{4})/, '$3-$2-$1');
  const [, year, month, day, hour, minute, second] = written.exec(iso) ?? [];
  if (year === undefined || year < '1900') return undefined;
  const date = `${year}-${month}-${day}`;
  try {
    if (hour === undefined) return { from: startOfDay(date, timeZone), until: startOfDay(addDays(date, 1), timeZone) };
    const from = localInstant(`${date}T${hour}:${minute}:${second ?? '00'}`, timeZone);
    return { from, until: new Date(from.getTime() + (second === undefined ? 60_000 : 1_000)) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
