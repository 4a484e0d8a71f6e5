import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { Charge } from '../telephony/port.ts';
import type { SpendingLimit, SpendingMeasure, SpendingTrip } from './schemas.ts';

/** A limit as it covers one subject: an extension, all of the tenant, a kind of number, the beginning of numbers. */
export type Guard = SpendingLimit;

/** A call to the public network that somebody pays for. */
export interface ChargedCall {
  readonly callId: string;
  readonly charge: Charge;
  readonly placedMs: number;
  /** Its legs that were answered; `untilMs` is undefined while it is talked. */
  readonly talks: readonly { readonly legId: string; readonly fromMs: number; readonly untilMs: number | undefined }[];
}

/** What guards look at. */
export interface Spending {
  readonly limits: readonly SpendingLimit[];
  readonly trips: readonly SpendingTrip[];
  /** At least those of the last hour and of today. */
  readonly calls: readonly ChargedCall[];
  readonly nowMs: number;
  /** When the day began on the tenant's clock, and when the next does. */
  readonly dayStartMs: number;
  readonly dayEndMs: number;
}

export type SpendingDecision =
  | { readonly kind: 'allowed' }
  /** A guard has tripped before. */
  | { readonly kind: 'refused'; readonly trip: SpendingTrip }
  /** It trips by this very call. */
  | { readonly kind: 'trips'; readonly trip: SpendingTrip };

const hourMs = 3_600_000;
const minuteMs = 60_000;

/**
 * Limits of a tenant that has set none: high enough for a day's work on the telephone, low enough for a stolen password to cost
 * a supper. Abroad and premium is where thieves of calls earn.
 */
export const defaultLimits: readonly SpendingLimit[] = [
  { scope: 'extension', subject: '*', callsPerHour: 120, minutesPerDay: 600 },
  { scope: 'tenant', subject: '*', callsPerHour: 3_000, minutesPerDay: 30_000 },
  { scope: 'class', subject: 'international', callsPerHour: 30, minutesPerDay: 120 },
  { scope: 'class', subject: 'special', callsPerHour: 30, minutesPerDay: 120 },
  { scope: 'prefix', subject: '*', callsPerHour: 15, minutesPerDay: 60 },
];

/** The limits in effect: the tenant's own, and the product's where it has none. */
export function limitsInEffect(own: readonly SpendingLimit[]): readonly SpendingLimit[] {
  return [...own, ...defaultLimits.filter((limit) => !own.some((one) => isSameGuard(one, limit)))];
}

/** Whether two are about the same. */
export function isSameGuard(one: Pick<Guard, 'scope' | 'subject'>, other: Pick<Guard, 'scope' | 'subject'>): boolean {
  return one.scope === other.scope && one.subject === other.subject;
}

/**
 * The guards that a call must pass. An extension's own limit stands in the place of that of each, and a country's likewise; a
 * longer prefix counts besides the country's.
 */
export function guardsOf(limits: readonly SpendingLimit[], charge: Charge): readonly Guard[] {
  const one = (scope: Guard['scope'], subject: string): Guard | undefined =>
    limits.find((limit) => isSameGuard(limit, { scope, subject }));
  const ownOrEach = (scope: Guard['scope'], subject: string): Guard | undefined => {
    const limit = one(scope, subject) ?? one(scope, '*');
    return limit && { ...limit, subject };
  };
  const country = charge.kind === 'international' ? countryOf(charge.number) : undefined;
  const prefixes = limits.filter(
    ({ scope, subject }) => scope === 'prefix' && subject !== country && charge.number.startsWith(subject),
  );
  return [
    ownOrEach('extension', charge.extension),
    one('tenant', '*'),
    one('class', charge.kind),
    country === undefined ? undefined : ownOrEach('prefix', country),
    ...prefixes,
  ].filter((guard) => guard !== undefined);
}

/** Whether a call may be placed now. Calls for help are never asked about. */
export function decideSpending(spending: Spending, charge: Charge): SpendingDecision {
  const guards = guardsOf(spending.limits, charge);
  for (const guard of guards) {
    const trip = trippedNow(spending, guard);
    if (trip !== undefined) return { kind: 'refused', trip };
  }
  for (const guard of guards) {
    const { callsPerHour, minutesPerDay } = guard;
    const isMany = callsPerHour !== null && callsOf(spending, guard) >= callsPerHour;
    if (isMany) return { kind: 'trips', trip: tripOf(spending, guard, 'calls') };
    const isLong = minutesPerDay !== null && talkMsOf(spending, guard) >= minutesPerDay * minuteMs;
    if (isLong) return { kind: 'trips', trip: tripOf(spending, guard, 'minutes') };
  }
  return { kind: 'allowed' };
}

/** What is to be done about talks that go on. */
export interface TalkCheck {
  /** Guards that trip now. */
  readonly trips: readonly SpendingTrip[];
  /** Legs whose minutes are used up. */
  readonly stop: readonly string[];
  /** When the next minutes are used up if nothing changes; undefined while nobody talks. */
  readonly nextInMs: number | undefined;
}

/** Looks at the talks that go on: whose minutes are used up, and when the next are. */
export function checkTalks(spending: Spending): TalkCheck {
  const talking = spending.calls.filter(({ talks }) => talks.some((talk) => talk.untilMs === undefined));
  const trips = new Map<string, SpendingTrip>();
  const stop = new Set<string>();
  let nextInMs: number | undefined;
  for (const call of talking) {
    for (const guard of guardsOf(spending.limits, call.charge)) {
      if (guard.minutesPerDay === null) continue;
      const leftMs = guard.minutesPerDay * minuteMs - talkMsOf(spending, guard);
      if (leftMs <= 0) {
        for (const talk of call.talks) if (talk.untilMs === undefined) stop.add(talk.legId);
        if (trippedNow(spending, guard) === undefined) {
          trips.set(`${guard.scope} ${guard.subject}`, tripOf(spending, guard, 'minutes'));
        }
      } else {
        const together = talking.filter(({ charge }) => covers(guard, charge)).length;
        nextInMs = Math.min(nextInMs ?? Infinity, leftMs / together);
      }
    }
  }
  return { trips: [...trips.values()], stop: [...stop], nextInMs };
}

/** Whether a trip lets nothing pass at an instant. */
export function isTripped(trip: SpendingTrip, nowMs: number): boolean {
  return trip.resetAt === null && nowMs < Date.parse(trip.until);
}

function trippedNow({ trips, nowMs }: Spending, guard: Guard): SpendingTrip | undefined {
  return trips.find((trip) => isSameGuard(trip, guard) && isTripped(trip, nowMs));
}

function tripOf(spending: Spending, { scope, subject }: Guard, measure: SpendingMeasure): SpendingTrip {
  const { nowMs, dayEndMs } = spending;
  const until = measure === 'calls' ? nowMs + hourMs : dayEndMs;
  const instant = (ms: number): string => new Date(ms).toISOString();
  return { scope, subject, measure, trippedAt: instant(nowMs), until: instant(until), resetAt: null };
}

/** Calls that a guard covers, placed in the last hour. */
function callsOf(spending: Spending, guard: Guard): number {
  const since = Math.max(spending.nowMs - hourMs, countsFrom(spending, guard));
  return spending.calls.filter((call) => call.placedMs > since && covers(guard, call.charge)).length;
}

/** How long was talked today on what a guard covers; two at once count twice. */
function talkMsOf(spending: Spending, guard: Guard): number {
  const since = Math.max(spending.dayStartMs, countsFrom(spending, guard));
  return spending.calls
    .filter((call) => covers(guard, call.charge))
    .flatMap((call) => call.talks)
    .reduce((sum, { fromMs, untilMs }) => sum + Math.max(0, (untilMs ?? spending.nowMs) - Math.max(fromMs, since)), 0);
}

/** What came before the last reset does not count. */
function countsFrom({ trips }: Spending, guard: Guard): number {
  const resets = trips.filter((trip) => isSameGuard(trip, guard)).map(({ resetAt }) => Date.parse(resetAt ?? ''));
  return Math.max(0, ...resets.filter((ms) => !Number.isNaN(ms)));
}

function covers({ scope, subject }: Guard, charge: Charge): boolean {
  if (scope === 'tenant') return true;
  if (scope === 'extension') return charge.extension === subject;
  if (scope === 'class') return charge.kind === subject;
  return charge.number.startsWith(subject);
}

/** `+44` of `+442071838750`. */
function countryOf(number: string): string | undefined {
  const code = parsePhoneNumberFromString(number)?.countryCallingCode;
  return code === undefined ? undefined : `+${code}`;
}
