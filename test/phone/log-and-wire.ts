import { setTimeout as sleep } from 'node:timers/promises';
import type { TestSystem } from '../helpers/system.ts';
import { type WireCall, type WireLog, wireCalls } from './wire.ts';

/** A phone by its extension's number, or a carrier. */
interface Ear {
  readonly account?: { readonly user: string };
  readonly wire: WireLog;
}

interface Leg {
  readonly number: string;
  readonly startedMs: number;
  readonly ringingMs: number | undefined;
  readonly answeredMs: number | undefined;
  readonly endedMs: number | undefined;
}

/** Every time in the log is the wire's, give or take, and but for how late a busy machine lets programs run. */
const closeMs = 50;
/** Rows are written behind the calls. */
const patienceMs = 10_000;

/** Holds the legs of a system's log to what its phones and carriers saw on the wire. */
export class LogAndWire {
  readonly #system: TestSystem;
  readonly #ears: readonly Ear[];
  #sinceMs = Date.now();

  constructor(system: TestSystem, ears: readonly Ear[]) {
    this.#system = system;
    this.#ears = ears;
  }

  /** Each INVITE since the last time has one row, with the times of the wire, and there is no row besides. */
  async agree(): Promise<void> {
    let differences = await this.#differences();
    for (const tooLate = Date.now() + patienceMs; differences.length > 0; await sleep(50)) {
      if (Date.now() > tooLate) throw new Error(`The log is not what was on the wire: ${differences.join('; ')}`);
      differences = await this.#differences();
    }
    this.#sinceMs = Date.now();
    for (const { wire } of this.#ears) wire.lateMs = 0;
  }

  async #differences(): Promise<string[]> {
    const giveOrTakeMs = closeMs + Math.max(...this.#ears.map(({ wire }) => wire.lateMs));
    const legs = await this.#legs();
    const differences: string[] = [];
    for (const { account, wire } of this.#ears) {
      for (const call of wireCalls(wire.messages).filter(({ invitedMs }) => invitedMs > this.#sinceMs)) {
        const ofPhone = (leg: Leg) => account === undefined || leg.number === account.user;
        const awayMs = (leg: Leg) => Math.abs(leg.startedMs - call.invitedMs);
        const [leg] = legs.filter(ofPhone).toSorted((one, other) => awayMs(one) - awayMs(other));
        const who = account?.user ?? 'the carrier';
        if (leg === undefined || awayMs(leg) > giveOrTakeMs) {
          differences.push(`no row of an INVITE of ${who}`);
          continue;
        }
        legs.splice(legs.indexOf(leg), 1);
        differences.push(...timesOff(leg, call, giveOrTakeMs).map((time) => `${who}: ${time}`));
      }
    }
    return [...differences, ...legs.map(({ number }) => `a row of ${number} that no INVITE has`)];
  }

  async #legs(): Promise<Leg[]> {
    const { db } = await this.#system.database();
    const since = new Date(this.#sinceMs);
    const rows = await db.selectFrom('call_leg').selectAll().where('started_at', '>', since).execute();
    return rows.map((row) => ({
      number: row.number,
      startedMs: row.started_at.getTime(),
      ringingMs: row.ringing_at?.getTime(),
      answeredMs: row.answered_at?.getTime(),
      endedMs: row.ended_at?.getTime(),
    }));
  }
}

function timesOff(leg: Leg, call: WireCall, giveOrTakeMs: number): string[] {
  // Of a phone that rings and is answered in one instant the exchange may say only that it was answered.
  const isAtOnce = leg.ringingMs === undefined && isNear(call.ringingMs, call.answeredMs, giveOrTakeMs);
  const isRingingTold = !call.sent && !isAtOnce;
  const times = ['answeredMs', 'endedMs', ...(isRingingTold ? ['ringingMs' as const] : [])] as const;
  return times
    .filter((time) => !isNear(leg[time], call[time], giveOrTakeMs))
    .map((time) => `${time} in the log is ${leg[time]}, on the wire ${call[time]}`);
}

function isNear(one: number | undefined, other: number | undefined, giveOrTakeMs: number): boolean {
  if (one === undefined || other === undefined) return one === other;
  return Math.abs(one - other) < giveOrTakeMs;
}
