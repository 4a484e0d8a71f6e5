import { z } from 'zod';
import { weekdays } from '../kernel/business-hours.ts';

/** A phone's number inside the exchange, with what the phone needs to register. */
export const extension = z.object({
  number: z.string().regex(/^\d{2,8}$/),
  password: z.string().min(8),
  callerName: z.string().max(60),
  /** Whether a browser may register as it over a WebSocket. */
  web: z.boolean(),
  /** Whether it rings when a call comes and the control plane is not there. */
  fallback: z.boolean(),
});
export type Extension = z.infer<typeof extension>;

const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/);
const stretch = z.object({ from: timeOfDay, to: timeOfDay });

/** Weekly opening hours and holidays, in the tenant's time zone; see `BusinessHours` of the kernel. */
export const openingSchedule = z.object({
  weekly: z.partialRecord(z.enum(weekdays), z.array(stretch)),
  holidays: z.array(z.string().regex(/^(?:\d{4}-)?\d{2}-\d{2}$/)).default([]),
});

/** What a dialled number leads to. */
export type Destination =
  | { readonly kind: 'extension'; readonly extensions: readonly [string] }
  | { readonly kind: 'group'; readonly extensions: readonly string[] }
  | { readonly kind: 'flow'; readonly flow: string }
  | { readonly kind: 'unknown' };
