import { z } from 'zod';
import { weekdays } from '../kernel/business-hours.ts';

export const scheduleName = z
  .string()
  .regex(/^[\p{L}\p{N}](?:[\p{L}\p{N} _.-]{0,58}[\p{L}\p{N}])?$/u, 'must be 1 to 60 letters, digits, blanks or _.-');

const timeOfDay = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time of day such as 08:30, or 24:00');
const stretches = z
  .array(
    z
      .object({ from: timeOfDay, to: timeOfDay })
      .refine(
        ({ from, to }) => from < to,
        'must begin before it ends, within one day: 22:00-24:00, and 00:00-02:00 the next day',
      ),
  )
  .max(10);
/** A day of the calendar once, or of every year. */
const day = z
  .string()
  .regex(/^(?:\d{4}-)?\d{2}-\d{2}$/, 'must be a day such as 2026-12-24, or 12-24 for every year')
  // A leap year for those of every year.
  .refine((text) => isDay(text.length === 5 ? `2000-${text}` : text), 'must be a day that there is');

/** Weekly opening hours and holidays, in the tenant's time zone; see `BusinessHours` of the kernel. */
export const openingSchedule = z.object({
  weekly: z.partialRecord(z.enum(weekdays), stretches),
  nationalHolidays: z.enum(['off', 'on', 'with_optional']).default('off'),
  holidays: z.array(day).max(500).default([]),
  specialDays: z.record(day, stretches).default({}),
});
export type OpeningSchedule = z.infer<typeof openingSchedule>;

/** A schedule as it is shown. */
export const namedSchedule = openingSchedule.extend({
  name: z.string(),
  /** Whether it is open now. */
  open: z.boolean(),
});
export type NamedSchedule = z.infer<typeof namedSchedule>;

function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}
