import { z } from 'zod';
import { weekdays } from '../kernel/business-hours.ts';

/** The kinds of numbers that an extension may be allowed to call. Emergency numbers are always allowed, and no kind. */
export const callClass = z.enum(['internal', 'local', 'national', 'mobile', 'international', 'special']);
export type CallClass = z.infer<typeof callClass>;

export const extensionNumber = z.string().regex(/^\d{2,8}$/, 'must be 2 to 8 digits');

/** What may be said of an extension. */
const settings = z.object({
  callerName: z
    .string()
    .max(60)
    .refine((name) => !/\p{Cc}/u.test(name), 'must not hold control characters'),
  /** `sip`: desk phones and softphones; `web`: browsers, encrypted, over a WebSocket; `both`: each in its own way. */
  kind: z.enum(['sip', 'web', 'both']),
  /** Whether phones may register and call as it; without, it is as if it were not there. */
  enabled: z.boolean(),
  /** How many phones may be registered on it at once. */
  devices: z.int().min(1).max(20),
  /** The name that another system knows its user by, unique in the exchange. */
  internalId: z
    .string()
    .regex(/^[\w.@-]{1,60}$/, 'must be 1 to 60 letters, digits or ._@-')
    .nullable(),
  classes: z.array(callClass).transform((classes) => callClass.options.filter((one) => classes.includes(one))),
  /** Whether it rings when a call comes and the control plane is not there. */
  fallback: z.boolean(),
});

/** What is left out stays as it is. */
export const extensionChange = settings.partial();
export type ExtensionChange = z.infer<typeof extensionChange>;

const { shape } = settings;
export const newExtension = z.object({
  number: extensionNumber,
  callerName: shape.callerName.default(''),
  kind: shape.kind.default('sip'),
  enabled: shape.enabled.default(true),
  devices: shape.devices.default(5),
  internalId: shape.internalId.default(null),
  classes: shape.classes.default(['internal', 'local', 'national', 'mobile']),
  fallback: shape.fallback.default(false),
});
export type NewExtension = z.infer<typeof newExtension>;

/** An extension as it is shown: without its password. */
export const extensionSummary = z.object({
  number: z.string(),
  callerName: z.string(),
  kind: shape.kind,
  enabled: z.boolean(),
  devices: z.int(),
  internalId: z.string().nullable(),
  classes: z.array(callClass),
  fallback: z.boolean(),
  /** Made with the demo data. */
  demo: z.boolean(),
});
export type ExtensionSummary = z.infer<typeof extensionSummary>;

/** Shown once: to whom it was made for, or who asked for a new password. */
export const extensionPassword = z.object({ number: z.string(), password: z.string() });
export type ExtensionPassword = z.infer<typeof extensionPassword>;

/** A phone that is registered on an extension. */
export const registeredPhone = z.object({
  /** Its SIP address, as it is called. */
  address: z.string(),
  /** What it says of itself; empty when nothing. */
  userAgent: z.string(),
  expiresAt: z.iso.datetime(),
});
export type RegisteredPhone = z.infer<typeof registeredPhone>;

/** A phone's number inside the exchange, with what the phone needs to register. */
export interface Extension {
  readonly number: string;
  readonly password: string;
  readonly callerName: string;
  readonly kind: 'sip' | 'web' | 'both';
  readonly devices: number;
  /** Whether it rings when a call comes and the control plane is not there. */
  readonly fallback: boolean;
  readonly classes: readonly CallClass[];
}

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
