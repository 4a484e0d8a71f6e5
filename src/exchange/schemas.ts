import { z } from 'zod';
import { scheduleName } from './opening-schedule.ts';

export {
  type NamedSchedule,
  namedSchedule,
  type OpeningSchedule,
  openingSchedule,
  scheduleName,
} from './opening-schedule.ts';

/** The kinds of numbers that an extension may be allowed to call. Emergency numbers are always allowed, and no kind. */
export const callClass = z.enum(['internal', 'local', 'national', 'mobile', 'international', 'special']);
export type CallClass = z.infer<typeof callClass>;

/**
 * Whether talk is encrypted with keys that stand in SIP (SRTP, RFC 4568), which TLS should carry then. `optional`: where the
 * phone can; `required`: no call without.
 */
const mediaEncryption = z.enum(['off', 'optional', 'required']);

export const extensionNumber = z.string().regex(/^\d{2,8}$/, 'must be 2 to 8 digits');

/** A number of the public network, in E.164. */
const publicNumber = z.string().regex(/^\+[1-9]\d{6,14}$/, 'must be a number such as +553432221000');

/** A number as it would be dialled at the extension; `*98`: its voicemail, `*981002`: another's. */
const forwardTo = z
  .string()
  .regex(/^(?:\+?\d{2,20}|\*98(?:\d{2,8})?)$/, 'must be a number as it is dialled, or *98 for voicemail')
  .nullable();

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
  /** Of desk phones; browsers always encrypt. */
  mediaEncryption,
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
  /** The number that is shown to who is called outside, if the trunk has it; null: the trunk's first. */
  shownNumber: publicNumber.nullable(),
  /** As busy to everybody. */
  doNotDisturb: z.boolean(),
  /** How long its phones ring until nobody answers. */
  ringSeconds: z.int().min(5).max(300),
  /** Where calls go on that came for it: all of them, or those that it does not take. It must be allowed to call there. */
  forwardAlways: forwardTo,
  forwardBusy: forwardTo,
  forwardNoAnswer: forwardTo,
  /** When no phone is registered. */
  forwardUnreachable: forwardTo,
  /** The opening hours outside of which its phones do not ring for calls to it; null: always open. */
  hours: scheduleName.nullable(),
  /** Outside these hours. */
  forwardClosed: forwardTo,
  /** Extensions of the same group may take each other's ringing calls (`*8`); null: in none. */
  pickupGroup: z
    .string()
    .regex(/^[\w.-]{1,40}$/, 'must be 1 to 40 letters, digits or ._-')
    .nullable(),
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
  mediaEncryption: shape.mediaEncryption.default('optional'),
  devices: shape.devices.default(5),
  internalId: shape.internalId.default(null),
  classes: shape.classes.default(['internal', 'local', 'national', 'mobile']),
  fallback: shape.fallback.default(false),
  shownNumber: shape.shownNumber.default(null),
  doNotDisturb: shape.doNotDisturb.default(false),
  ringSeconds: shape.ringSeconds.default(30),
  forwardAlways: shape.forwardAlways.default(null),
  forwardBusy: shape.forwardBusy.default(null),
  forwardNoAnswer: shape.forwardNoAnswer.default(null),
  forwardUnreachable: shape.forwardUnreachable.default(null),
  hours: shape.hours.default(null),
  forwardClosed: shape.forwardClosed.default(null),
  pickupGroup: shape.pickupGroup.default(null),
});
export type NewExtension = z.infer<typeof newExtension>;

/** An extension as it is shown: without its password. */
export const extensionSummary = settings.extend({
  number: z.string(),
  classes: z.array(callClass),
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
export type Extension = Readonly<Omit<ExtensionSummary, 'enabled' | 'internalId' | 'demo'>> & {
  readonly password: string;
};

/** How a trunk wants numbers: `+5534…`, `5534…`, `034…` (with a carrier `0CC34…`, abroad `00…`), `34…` (abroad `00…`). */
const numberFormat = z.enum(['plus', 'country', 'trunk_prefix', 'area']);
export type NumberFormat = z.infer<typeof numberFormat>;

const host = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/, 'must be a name or an address of IPv4');
// They stand in SIP addresses: nothing that ends one or begins a parameter.
const account = z.string().regex(/^[\w.+-]{1,60}$/, 'must be 1 to 60 letters, digits or ._+-');

/** What may be said of a trunk. */
const trunkSettings = z.object({
  name: z
    .string()
    .min(1)
    .max(60)
    .refine((name) => !/\p{Cc}/u.test(name), 'must not hold control characters'),
  /** The first is tried first, where no rule says otherwise. */
  position: z.int().min(0).max(1000),
  enabled: z.boolean(),
  host,
  port: z.int().min(1).max(65_535),
  transport: z.enum(['udp', 'tcp', 'tls']),
  mediaEncryption,
  /** Whether we register there with user name and password, or are known by our address. */
  registers: z.boolean(),
  username: account.nullable(),
  /** From where calls come besides the host. */
  addresses: z.array(z.union([z.ipv4(), z.cidrv4()])).max(50),
  numberFormat,
  /** The carrier for long distance, with the format `trunk_prefix`. */
  carrier: z
    .string()
    .regex(/^\d\d$/, 'must be two digits')
    .nullable(),
  /** The first is shown where the caller has none of these. */
  ownNumbers: z.array(publicNumber).max(1000),
  /** Where the number that is shown stands: `asserted`: in P-Asserted-Identity (RFC 3325), and the account in From. */
  shownIn: z.enum(['from', 'asserted']),
});
const password = z
  .string()
  .min(1)
  .max(100)
  .refine((text) => !/\p{Cc}/u.test(text), 'must not hold control characters');

/** What is left out stays as it is. */
export const trunkChange = trunkSettings.extend({ password: password.nullable() }).partial();
export type TrunkChange = z.infer<typeof trunkChange>;

const trunkShape = trunkSettings.shape;
/** SIP's own port for the transport (RFC 3261 section 19.1.2), unless another is given. */
export const newTrunk = z
  .object({
    name: trunkShape.name,
    position: trunkShape.position.default(0),
    enabled: trunkShape.enabled.default(true),
    host: trunkShape.host,
    port: trunkShape.port.optional(),
    transport: trunkShape.transport.default('udp'),
    mediaEncryption: trunkShape.mediaEncryption.default('off'),
    registers: trunkShape.registers.default(false),
    username: trunkShape.username.default(null),
    password: password.nullable().default(null),
    addresses: trunkShape.addresses.default([]),
    numberFormat: trunkShape.numberFormat.default('area'),
    carrier: trunkShape.carrier.default(null),
    ownNumbers: trunkShape.ownNumbers.default([]),
    shownIn: trunkShape.shownIn.default('from'),
  })
  .transform((trunk) => ({ ...trunk, port: trunk.port ?? (trunk.transport === 'tls' ? 5061 : 5060) }));
export type NewTrunk = z.infer<typeof newTrunk>;

/** A trunk as it is shown: without its password. */
export const trunkSummary = trunkSettings.extend({ id: z.int() });
export type TrunkSummary = z.infer<typeof trunkSummary>;

/** A trunk as the exchange and Asterisk need it. */
export type Trunk = Readonly<TrunkSummary> & { readonly password: string | null };

/** What programs name a tenant by, and phones of all but the first register in: `sip:100@acme`. Never like an address. */
export const tenantLogin = z
  .string()
  .regex(/^[a-z](?:[a-z0-9.-]{0,38}[a-z0-9])?$/, 'must be 1 to 40 small letters, digits or .-, beginning with a letter')
  .refine((login) => !/^web(?:\.|$)/.test(login), 'cannot be web, or begin with web.');

export const newTenant = z.object({
  login: tenantLogin,
  name: z
    .string()
    .min(1)
    .max(60)
    .refine((name) => !/\p{Cc}/u.test(name), 'must not hold control characters'),
});
export type NewTenant = z.infer<typeof newTenant>;

/** An exchange of its own on the installation. */
export const tenantSummary = newTenant.extend({
  login: z.string(),
  id: z.int(),
  /** The domain its phones register in; null: whatever no other tenant has. */
  domain: z.string().nullable(),
  createdAt: z.iso.datetime(),
  /** Since when no call but one for help is taken or placed. */
  blockedAt: z.iso.datetime().nullable(),
});
export type TenantSummary = z.infer<typeof tenantSummary>;

/** A new tenant with the token of its administrator, which is never shown again. */
export const createdTenant = tenantSummary.extend({ token: z.string() });
export type CreatedTenant = z.infer<typeof createdTenant>;

/** Which exchange of an installation phones and trunks belong to. */
export interface ExchangePlace {
  readonly tenantId: number;
  /** The domain its phones register in; null: whatever no other exchange has. */
  readonly domain: string | null;
}

/** Everything of an exchange that Asterisk must know. */
export interface Provisioned extends ExchangePlace {
  readonly extensions: readonly Extension[];
  readonly trunks: readonly Trunk[];
}

/** Which trunks, by their names, a number is tried on. */
export const outboundRule = z.object({
  /** The beginning of the number in E.164, or of a short number; empty: any. */
  prefix: z
    .string()
    .regex(/^\+?\d{0,15}$/, 'must be the beginning of a number such as +5534')
    .default(''),
  /** The kinds of numbers it is for; empty: all. */
  classes: z.array(callClass).default([]),
  /** None: such numbers are not called at all. */
  trunks: z.array(z.string()).max(20),
});
export type OutboundRule = z.infer<typeof outboundRule>;

const flowName = z.string().max(60).nullable().default(null);
const insideTarget = z
  .string()
  .regex(/^(?:\*98)?\d{2,8}$/, 'must be 2 to 8 digits, or *98 and an extension for its voicemail')
  .nullable()
  .default(null);

const groupFallback = z
  .string()
  .regex(
    /^(?:\*98)?\d{2,15}$/,
    'must be the number of a phone, queue or menu, or *98 and an extension for its voicemail',
  )
  .nullable();
const groupSettings = z.object({
  name: z
    .string()
    .min(1)
    .max(60)
    .refine((name) => !/\p{Cc}/u.test(name), 'must not hold control characters'),
  /** Extensions that ring together. */
  members: z.array(extensionNumber).max(200),
  /** Where calls go on that nobody takes: an extension, group, queue or menu, or an extension's voicemail; null: nowhere. */
  fallback: groupFallback,
});

/** What is left out stays as it is. */
export const groupChange = groupSettings.partial();
export type GroupChange = z.infer<typeof groupChange>;

export const newGroup = groupSettings.extend({
  number: extensionNumber,
  members: groupSettings.shape.members.default([]),
  fallback: groupFallback.default(null),
});
export type NewGroup = z.infer<typeof newGroup>;

/** A number that rings several extensions together. */
export const groupSummary = groupSettings.extend({
  number: z.string(),
  /** Inbound numbers that lead to it. */
  numbers: z.array(z.string()),
});
export type GroupSummary = z.infer<typeof groupSummary>;

/** Where a number of ours leads: to a voice menu, or to an extension or a group, or to an extension's voicemail. */
export const inboundNumber = z.object({
  number: z.string().regex(/^(?:\+[1-9]\d{6,14}|\d{2,15})$/, 'must be digits, or a number such as +553432221000'),
  flow: flowName,
  target: insideTarget,
  /** The opening hours outside of which it leads elsewhere. */
  hours: scheduleName.nullable().default(null),
  closedFlow: flowName,
  closedTarget: insideTarget,
});
export type InboundNumber = z.infer<typeof inboundNumber>;

/** A group whose phones ring together, and where its calls go on that nobody takes. */
export interface RingGroup {
  readonly number: string;
  readonly extensions: readonly string[];
  readonly fallback: string | null;
}

/** What a dialled number leads to. */
export type Destination =
  | { readonly kind: 'extension'; readonly extensions: readonly [string] }
  | { readonly kind: 'queue'; readonly number: string }
  | ({ readonly kind: 'group' } & RingGroup)
  | { readonly kind: 'flow'; readonly flow: string }
  | { readonly kind: 'voicemail'; readonly extension: string }
  | { readonly kind: 'unknown' };
/** How much may be called, and what of it. */
export const spendingScope = z.enum(['extension', 'tenant', 'class', 'prefix']);

/** Which calls a limit is for. */
const spendingGuard = z.object({
  scope: spendingScope,
  /** An extension, a kind of number, the beginning of a number (`+44`); `*`: the tenant, or each without a limit of its own. */
  subject: z.string(),
});

/** A limit of what may be called; null: as much as one likes. */
export const spendingMost = z.object({
  callsPerHour: z.int().min(0).max(1_000_000).nullable(),
  minutesPerDay: z.int().min(0).max(1_000_000).nullable(),
});
export const spendingLimit = spendingGuard.extend(spendingMost.shape);
export type SpendingLimit = Readonly<z.infer<typeof spendingLimit>>;

const spendingMeasure = z.enum(['calls', 'minutes']);
export type SpendingMeasure = z.infer<typeof spendingMeasure>;

/** A limit that was reached. */
export const spendingTrip = spendingGuard.extend({
  measure: spendingMeasure,
  trippedAt: z.iso.datetime(),
  /** Until then nothing that it covers is called. */
  until: z.iso.datetime(),
  /** When somebody let it go before its time. */
  resetAt: z.iso.datetime().nullable(),
});
export type SpendingTrip = Readonly<z.infer<typeof spendingTrip>>;

/** Which of a tenant's guards. */
export const spendingSubject = spendingGuard.refine(isSubject, {
  path: ['subject'],
  error: 'must be an extension or *, for the tenant *, a class such as mobile, or a prefix such as +44 or *',
});
export type SpendingSubject = z.infer<typeof spendingSubject>;

function isSubject({ scope, subject }: z.infer<typeof spendingGuard>): boolean {
  if (scope === 'tenant') return subject === '*';
  if (scope === 'class') return callClass.exclude(['internal']).safeParse(subject).success;
  if (subject === '*') return true;
  return scope === 'extension' ? extensionNumber.safeParse(subject).success : /^\+\d{1,15}$/.test(subject);
}
