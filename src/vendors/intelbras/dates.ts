import { addDays, localDate, localInstant, startOfDay } from '../../kernel/clock.ts';
import { optional, text } from '../liberal-values.ts';

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

const date = optional(text(40));
/** From when and until when a report is asked for; the beginning has as many names as the manual gives it. */
export const askedDates = { datainicial: date, inicio: date, datainicio: date, datafim: date };

/**
 * The stretch of a report: today's until now where nothing else is asked for. The second that goes on is told of when it
 * is over: whoever goes on after the last row misses nothing.
 * @returns the name of the field that is no date
 */
export function askedStretch(
  asked: { readonly [name in keyof typeof askedDates]?: string | undefined },
  timeZone: string,
  now: Date,
): Stretch | 'datainicial' | 'datafim' {
  const begin = asked.datainicial ?? asked.inicio ?? asked.datainicio ?? localDate(now, timeZone);
  const from = readStretch(begin, timeZone)?.from;
  if (from === undefined) return 'datainicial';
  const end = asked.datafim === undefined ? now : readStretch(asked.datafim, timeZone)?.until;
  if (end === undefined) return 'datafim';
  const over = Math.floor(now.getTime() / 1_000) * 1_000;
  return { from, until: new Date(Math.min(end.getTime(), over)) };
}
