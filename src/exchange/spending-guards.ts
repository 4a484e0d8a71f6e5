import type { Clock } from '../kernel/clock.ts';
import { addDays, localDate, startOfDay } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Database } from '../storage/database.ts';
import type { Charge, LegChange } from '../telephony/port.ts';
import type { SpendingTrip } from './schemas.ts';
import {
  type ChargedCall,
  checkTalks,
  decideSpending,
  isSameGuard,
  isTripped,
  limitsInEffect,
  type Spending,
} from './spending.ts';
import { readChargedCalls, readLimits, readTrips, writeTrip } from './spending-store.ts';

/** Watches what a tenant's calls to the public network come to. Answers from memory, so calls outlive the database. */
export interface SpendingGuards {
  /**
   * Asks whether a call may be placed, and counts it if so. Legs placed for this caller with the charge count from then on.
   * @returns false when a limit is reached
   */
  admit(call: { readonly callId: string; readonly callerId: string; readonly charge: Charge }): boolean;
  /** Something became of a leg; those that nobody pays for are of no interest. */
  legChanged(change: LegChange): void;
  /** Whether a call's talk, or one that this caller was joined into, was ended because its minutes are used up. */
  wasStopped(callId: string, callerId: string): boolean;
  /** Reads limits and resets again. */
  refresh(): Promise<void>;
  /** Guards that let nothing pass now. */
  tripped(): readonly SpendingTrip[];
  stop(): void;
}

interface Parts {
  readonly db: Database;
  readonly tenantId: number;
  readonly timeZone: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends a leg. */
  readonly hangUp: (legId: string) => Promise<unknown>;
  /** Tells people that a guard tripped. It must not reject. */
  readonly tell: (trip: SpendingTrip) => Promise<void>;
}

const dayMs = 86_400_000;
/** Talks are looked at so often at least: a day may have begun. */
const longestWatchMs = 60_000;
/** Talks that are to end are looked at again so soon. */
const endWithinMs = 1_000;

interface Entry extends ChargedCall {
  /** Who talks there; undefined for what was read from the log. */
  callerId: string | undefined;
  readonly talks: Talk[];
  isStopped: boolean;
}
interface Talk {
  readonly legId: string;
  readonly fromMs: number;
  untilMs: number | undefined;
}

/** The spending guards of a tenant, with what was called before read from the call log. */
export async function openSpendingGuards(parts: Parts): Promise<SpendingGuards> {
  const { db, tenantId, timeZone, clock, logger } = parts;
  let limits = limitsInEffect(await readLimits(db, tenantId));
  let trips: readonly SpendingTrip[] = await readTrips(db, tenantId, daysAgo(2));
  let entries = (await readChargedCalls(db, tenantId, daysAgo(1))).map(
    (call): Entry => ({
      ...call,
      callerId: undefined,
      talks: call.talks.map((talk) => ({ ...talk })),
      isStopped: false,
    }),
  );
  /** Legs that have not ended, and what they are for. */
  const legs = new Map<string, Entry>(entries.flatMap((call) => call.talks.map(({ legId }) => [legId, call] as const)));
  const stopping = new Set<string>();
  let watching = new AbortController();

  function daysAgo(days: number): Date {
    return new Date(clock.now().getTime() - days * dayMs);
  }

  function now(): Spending {
    const at = clock.now();
    const today = localDate(at, timeZone);
    const dayStartMs = startOfDay(today, timeZone).getTime();
    const dayEndMs = startOfDay(addDays(today, 1), timeZone).getTime();
    return { limits, trips, calls: entries, nowMs: at.getTime(), dayStartMs, dayEndMs };
  }

  function trip(tripped: SpendingTrip): void {
    trips = [...trips.filter((one) => !isSameGuard(one, tripped) || one.measure !== tripped.measure), tripped];
    logger.warn(tripped, 'a limit of spending is reached: what it covers is not called any more');
    writeTrip(db, tenantId, tripped).catch((error: unknown) => {
      logger.error({ err: error }, 'a tripped guard could not be stored; a restart would trip it anew');
    });
    void parts.tell(tripped);
  }

  /** Ends talks whose minutes are used up, and looks again when the next will be. */
  function watch(): void {
    watching.abort();
    const check = checkTalks(now());
    check.trips.forEach(trip);
    for (const legId of check.stop) end(legId);
    const nextMs = check.stop.length > 0 ? endWithinMs : check.nextInMs;
    if (nextMs === undefined) return;
    watching = new AbortController();
    clock.sleep(Math.min(nextMs, longestWatchMs), watching.signal).then(watch, () => undefined);
  }

  function end(legId: string): void {
    if (stopping.has(legId)) return;
    stopping.add(legId);
    const call = legs.get(legId);
    if (call !== undefined) call.isStopped = true;
    logger.warn({ call: call?.callId, leg: legId }, 'a talk is ended: its minutes are used up');
    parts.hangUp(legId).catch((error: unknown) => {
      stopping.delete(legId);
      logger.error(
        { err: error, leg: legId },
        'a talk whose minutes are used up could not be ended; it is tried again',
      );
    });
  }

  function forgetOld({ nowMs, dayStartMs }: Spending): void {
    const before = Math.min(dayStartMs, nowMs - dayMs / 24);
    entries = entries.filter(
      ({ placedMs, talks }) => placedMs > before || talks.some(({ untilMs = nowMs }) => untilMs > before),
    );
  }

  watch();

  return {
    admit({ callId, callerId, charge }) {
      const spending = now();
      const decision = decideSpending(spending, charge);
      if (decision.kind === 'trips') trip(decision.trip);
      if (decision.kind !== 'allowed') {
        const { scope, subject, measure } = decision.trip;
        logger.warn({ call: callId, scope, subject, measure }, 'a call was refused: a limit of spending is reached');
        return false;
      }
      forgetOld(spending);
      entries.push({ callId, callerId, charge, placedMs: spending.nowMs, talks: [], isStopped: false });
      return true;
    },
    legChanged(change) {
      const { callerId, legId, at } = change;
      if (change.kind === 'placed') {
        // Another one talks there from now on; who pays stays.
        const joined = legs.get(legId);
        if (joined !== undefined) joined.callerId = callerId;
        const number = change.charge?.number;
        const placed = entries.findLast((one) => one.callerId === callerId && one.charge.number === number);
        if (placed !== undefined) legs.set(legId, placed);
        return;
      }
      const call = legs.get(legId);
      if (call === undefined) return;
      const talk = call.talks.find((one) => one.legId === legId);
      if (change.kind === 'answered' && talk === undefined) {
        call.talks.push({ legId, fromMs: at.getTime(), untilMs: undefined });
        watch();
      } else if (change.kind === 'ended') {
        legs.delete(legId);
        stopping.delete(legId);
        if (talk !== undefined) talk.untilMs = at.getTime();
        watch();
      }
    },
    wasStopped: (callId, callerId) =>
      entries.some((call) => call.isStopped && (call.callId === callId || call.callerId === callerId)),
    async refresh() {
      limits = limitsInEffect(await readLimits(db, tenantId));
      const stored = await readTrips(db, tenantId, daysAgo(2));
      // One that is not stored yet stays.
      const kept = trips.filter(
        (one) =>
          !stored.some((row) => isSameGuard(row, one) && row.measure === one.measure && row.trippedAt >= one.trippedAt),
      );
      trips = [
        ...stored.filter((row) => !kept.some((one) => isSameGuard(row, one) && row.measure === one.measure)),
        ...kept,
      ];
      watch();
    },
    tripped: () => trips.filter((one) => isTripped(one, clock.now().getTime())),
    stop: () => watching.abort(),
  };
}
