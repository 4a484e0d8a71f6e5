import type { Agent, Journal, Roster } from '../agents/service.ts';
import type { CallLog } from '../calls/service.ts';
import { type BusinessHours, isOpen } from '../kernel/business-hours.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { IdSource } from '../kernel/ids.ts';
import { type OverflowReason, type PastTalk, type QueueCall, type QueueOutcome, writeQueueCall } from './call-store.ts';
import { expectedWaitMs, nextHandlingMs } from './expected-wait.ts';
import type { Floor, Untaken, Waiter } from './floor.ts';
import type { QueueSettings } from './schemas.ts';
import type { NextInLine, Place, QueuingCall } from './service.ts';

interface Parts {
  readonly tenantId: number;
  readonly floor: Floor;
  readonly callLog: Pick<CallLog, 'note'>;
  readonly roster: Roster;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly openingHours: (name: string) => BusinessHours | undefined;
}

/** A caller in a queue, waiting or talking, with the row that is kept of it. */
interface Queued {
  row: QueueCall;
  readonly callerNumber: string | undefined;
  /** Agents who are rung now, and since when. */
  offer: { readonly agents: readonly Agent[]; readonly at: Date } | undefined;
  /** The queue to which somebody has moved the caller. */
  movedTo?: string;
  /** Told when anything has changed that the caller's node waits for. */
  wake: () => void;
}

/** Callers in a tenant's queues: their places, and the rows that are kept of them. */
export class Callers {
  readonly #parts: Parts;
  /** Waiting or talking, by the row's id. */
  readonly #queued = new Map<string, Queued>();
  readonly #handlingMs = new Map<string, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
    // Who waits where nobody is logged in any more has to know.
    parts.roster.onChange((agent, before) => {
      if (agent.state === 'logged_out' || before.state === 'logged_out') this.lookAgain();
    });
  }

  /** Lets everybody who waits find out what is to be done: queues, or who serves them, are others now. */
  lookAgain(): void {
    for (const queued of this.#queued.values()) queued.wake();
  }

  /**
   * Takes up who waited or talked when the process ended. Nobody is offered before the caller's node is there again.
   * @param past talks that are over, the oldest first, by which callers are told what to expect
   */
  restore(rows: readonly QueueCall[], past: readonly PastTalk[]): void {
    this.#handlingMs.clear();
    for (const talk of past) this.#learn(talk);
    for (const row of rows) {
      this.#queued.set(row.id, { row, callerNumber: undefined, offer: undefined, wake: () => undefined });
    }
  }

  /** See `Queues.enter`. */
  enter(call: QueuingCall, number: string): Place | OverflowReason {
    const { floor, callLog } = this.#parts;
    const settings = floor.queues.get(number);
    if (settings === undefined) throw new AppError('not_found', `There is no queue ${number}.`);
    const before = this.#waiting(call.callId, number);
    const row = before?.row ?? this.#newRow(call, number);
    // A run of the caller's node before this one rings nobody any more.
    floor.untaken(row.id, 'withdrawn');
    const queued: Queued = { row, callerNumber: call.callerNumber, offer: undefined, wake: () => undefined };
    this.#queued.set(row.id, queued);
    const refusal = before === undefined ? this.#refusal(settings) : undefined;
    if (refusal !== undefined) {
      this.#leave(queued, 'overflowed', { reason: refusal });
      return refusal;
    }
    if (before === undefined) {
      callLog.note(call.callId, { queue: number });
      this.#write(queued);
    }
    const waiter = this.#waiterOf(queued);
    floor.wait(waiter);
    return this.#placeOf(queued, waiter);
  }

  /** The queue in which a call waits. */
  waitingIn(callId: string): string | undefined {
    return this.#waiting(callId)?.row.queue;
  }

  /** See `QueueFloor.talkingIn`. */
  talkingIn(callId: string): string | undefined {
    return [...this.#queued.values()].findLast(({ row }) => row.callId === callId && row.outcome === 'answered')?.row
      .queue;
  }

  /** See `QueueFloor.move`. */
  move(callId: string, from: string, to: string): void {
    const queued = this.#waiting(callId, from);
    if (queued === undefined) throw new AppError('not_found', `No caller of that call waits in queue ${from}.`);
    const settings = this.#parts.floor.queues.get(to);
    if (settings === undefined) throw new AppError('not_found', `There is no queue ${to}.`);
    if (from === to) return;
    const [rung] = queued.offer?.agents ?? [];
    if (rung !== undefined) throw new AppError('conflict', `Agent ${rung.code} is being rung for this caller.`);
    if (this.#parts.floor.isAway(queued.row.id)) {
      throw new AppError(
        'conflict',
        'The caller is asking to be called back, or phones of the group ring. Try again soon.',
      );
    }
    const refusal = this.#refusal(settings);
    if (refusal !== undefined) {
      throw new AppError('conflict', `Queue ${to} is ${refusal === 'closed' ? 'closed' : 'full'} now.`, {
        reason: refusal,
      });
    }
    const { row, callerNumber } = queued;
    this.#leave(queued, 'overflowed', { reason: 'moved' });
    const moved = { ...this.#newRow(row, to), waitedSince: sinceOf(row) };
    // Offered to nobody before the caller's node, which is told, has come into that queue.
    const there: Queued = { row: moved, callerNumber, offer: undefined, wake: () => undefined };
    this.#queued.set(moved.id, there);
    this.#write(there);
    this.#parts.callLog.note(callId, { queue: to });
    queued.movedTo = to;
    queued.wake();
  }

  /** See `QueueFloor.talksTo`. */
  talksTo(callId: string, number: string, extension: string): void {
    const waiting = this.#waiting(callId, number);
    if (waiting !== undefined) this.#answered(waiting, extension, this.#agentAt(number, extension));
    const queued = this.#find(({ row }) => row.callId === callId && row.queue === number);
    const { roster } = this.#parts;
    const agent = roster.at(extension);
    if (agent === undefined || queued?.row.agentId !== agent.id || agent.state === 'talking') return;
    roster.move(agent.id, 'find_talking', { queue: number, callId });
  }

  /** An agent's part in a call is over since an instant. */
  agentLeft(agent: Agent, at: Date): void {
    const queued = this.#find(
      ({ row }) => row.callId === agent.callId && row.agentId === agent.id && row.leftAt !== null,
    );
    if (queued !== undefined) this.#talkOver(queued, at);
  }

  /** Ends the talks of agents who have logged out in them, once their phones are out of the calls. */
  endTalks(isThere: (extension: string, callId: string) => boolean, endOf: (callId: string) => Date | undefined): void {
    for (const queued of this.#queued.values()) {
      const { leftAt, agentId, extension, callId } = queued.row;
      if (leftAt === null || agentId === null || isThere(extension ?? '', callId)) continue;
      if (this.#parts.roster.byId(agentId)?.callId !== callId) this.#talkOver(queued, endOf(callId));
    }
  }

  /** See `QueueFloor.talkOver`. */
  talkOver(callId: string): void {
    const queued = this.#find(({ row }) => row.callId === callId && row.outcome === 'answered' && row.agentId === null);
    if (queued !== undefined) this.#talkOver(queued);
  }

  /** See `QueueFloor.joined`. @returns false when nothing is known of such a talk */
  joined(callId: string, into: string, extension: string): boolean {
    const queued = this.#find(({ row }) => row.callId === callId && row.extension === extension && row.leftAt !== null);
    if (queued === undefined) return false;
    queued.row = { ...queued.row, callId: into };
    this.#write(queued);
    const { roster } = this.#parts;
    const agent = queued.row.agentId === null ? undefined : roster.byId(queued.row.agentId);
    if (agent?.state === 'talking' && agent.callId === callId) roster.moveCall(agent.id, into);
    return true;
  }

  /** A call is over since an instant: who still waited in it has given up, or `lost` tells that the exchange died. */
  callEnded(callId: string, lost: boolean, at = this.#parts.clock.now()): void {
    for (const queued of this.#queued.values()) {
      if (queued.row.callId !== callId) continue;
      if (queued.row.leftAt === null) this.#leave(queued, lost ? 'lost' : 'abandoned', {}, at);
      else this.#talkOver(queued, at);
    }
  }

  /** Ends whatever belongs to calls that are not going on any more; who still waits gets in line again in the old order. */
  reconcile(openCalls: ReadonlySet<string>, ends: ReadonlyMap<string, Date>): void {
    const over = [...this.#queued.values()].map(({ row }) => row.callId).filter((callId) => !openCalls.has(callId));
    for (const callId of new Set(over)) this.callEnded(callId, false, ends.get(callId));
    const waiting = [...this.#queued.values()].filter(({ row }) => row.leftAt === null);
    this.#parts.floor.awaitReturn(waiting.map(({ row }) => row.id));
  }

  /**
   * Takes a waiting caller out of the queue, to be called back.
   * @returns the row of the place; undefined when the call waits nowhere
   */
  takeForCallback(callId: string): QueueCall | undefined {
    const queued = this.#waiting(callId);
    if (queued === undefined) return undefined;
    this.#leave(queued, 'callback');
    return queued.row;
  }

  /** What is known of a call in a queue, to be shown. */
  numberOf(id: string): string | undefined {
    return this.#queued.get(id)?.callerNumber;
  }

  /** What somebody who is (or would be) at a place in a queue is told to expect; undefined when nobody takes calls. */
  expectedWaitMs(queue: string, place: number): number | undefined {
    const working = this.#parts.floor.staff(queue).filter(({ state }) => state !== 'paused').length;
    return expectedWaitMs(place, working, this.#handlingMs.get(queue));
  }

  #newRow({ callId, priority }: Pick<QueueCall, 'callId' | 'priority'>, queue: string): QueueCall {
    return {
      id: this.#parts.ids.uuid(),
      callId,
      queue,
      priority,
      enteredAt: this.#parts.clock.now(),
      waitedSince: null,
      leftAt: null,
      outcome: null,
      reason: null,
      agentId: null,
      extension: null,
      talkedUntil: null,
      ringMs: null,
      offers: 0,
    };
  }

  #refusal({ number, hours, maxLength }: QueueSettings): OverflowReason | undefined {
    const { openingHours, clock, floor } = this.#parts;
    const opening = hours === null ? undefined : openingHours(hours);
    if (opening !== undefined && !isOpen(opening, clock.now())) return 'closed';
    return maxLength !== null && floor.line(number).length >= maxLength ? 'max_length' : undefined;
  }

  /** Who waits by way of a call: in one queue at a time. */
  #waiting(callId: string, queue?: string): Queued | undefined {
    return this.#find(
      ({ row }) => row.callId === callId && row.leftAt === null && (queue === undefined || row.queue === queue),
    );
  }

  #find(isIt: (queued: Queued) => boolean): Queued | undefined {
    return [...this.#queued.values()].find(isIt);
  }

  /** Who serves the queue, is logged in at an extension and in no other talk. */
  #agentAt(queue: string, extension: string): Agent | undefined {
    return this.#parts.floor.staff(queue).find((agent) => agent.extension === extension && agent.state !== 'talking');
  }

  #waiterOf(queued: Queued): Waiter {
    const { id, queue, priority, callId } = queued.row;
    const offered = (agents: readonly Agent[]): void => {
      queued.offer = { agents, at: this.#parts.clock.now() };
      queued.row = { ...queued.row, offers: queued.row.offers + 1 };
      queued.wake();
    };
    return { id, queue, since: sinceOf(queued.row), priority, callId, offered };
  }

  #placeOf(queued: Queued, waiter: Waiter): Place {
    const { floor, clock } = this.#parts;
    const { id, queue } = queued.row;
    const position = () => floor.line(queue).findIndex(({ waiter }) => waiter.id === id) + 1;
    const expected = () => this.expectedWaitMs(queue, position());
    const maxWait = floor.queues.get(queue)?.maxWaitSeconds ?? null;
    const lateMs = maxWait === null ? undefined : queued.row.enteredAt.getTime() + maxWait * 1_000;
    const next = (): NextInLine | undefined => {
      const { offer, movedTo } = queued;
      if (movedTo !== undefined) return { kind: 'moved', queue: movedTo };
      if (offer !== undefined) return this.#ringOf(queued, offer);
      if (lateMs !== undefined && clock.now().getTime() >= lateMs) return { kind: 'late' };
      return !floor.isStaffed(queue) ? { kind: 'nobody' } : undefined;
    };
    return {
      get position() {
        return position();
      },
      get expectedWaitMs() {
        return expected();
      },
      get isServed() {
        return floor.isStaffed(queue);
      },
      sinceMs: queued.row.enteredAt.getTime(),
      lateMs,
      next: (signal) =>
        new Promise((resolve, reject) => {
          if (queued.row.leftAt === null) floor.wait(waiter);
          const stop = (): void => reject(signal.reason as Error);
          const look = (): void => {
            const found = next();
            if (found === undefined) return;
            queued.wake = () => undefined;
            signal.removeEventListener('abort', stop);
            resolve(found);
          };
          signal.addEventListener('abort', stop, { once: true });
          queued.wake = look;
          look();
        }),
      overflow: (reason) => this.#leave(queued, 'overflowed', { reason }),
      stepOut: () => {
        // Another run of the caller's node may have the place by now.
        if (this.#queued.get(id) !== queued) return;
        queued.offer = undefined;
        floor.stepOut(id);
      },
    };
  }

  #ringOf(queued: Queued, { agents, at }: NonNullable<Queued['offer']>): NextInLine {
    const { floor, clock } = this.#parts;
    const settings = floor.queues.get(queued.row.queue);
    const over = (): void => void (queued.offer = undefined);
    return {
      kind: 'ring',
      extensions: agents.flatMap(({ extension }) => extension ?? []),
      seconds: settings?.ringSeconds ?? 20,
      autoAnswer: settings?.autoAnswer ?? false,
      answered: (extension) => {
        const ringMs = clock.now().getTime() - at.getTime();
        const { id, queue, callId } = queued.row;
        over();
        const agent = floor.answered(id, extension, callId) ?? this.#agentAt(queue, extension);
        this.#answered(queued, extension, agent, ringMs);
      },
      untaken: (why: Untaken) => {
        over();
        floor.untaken(queued.row.id, why);
      },
    };
  }

  /** @param agent undefined when the phone that answered is no agent's of the queue */
  #answered(queued: Queued, extension: string, agent: Agent | undefined, ringMs: number | null = null): void {
    this.#leave(queued, 'answered', { agentId: agent?.id ?? null, extension, ringMs });
  }

  #leave(queued: Queued, outcome: QueueOutcome, more: Partial<QueueCall> = {}, leftAt = this.#parts.clock.now()): void {
    if (queued.row.leftAt !== null) return;
    queued.row = { ...queued.row, leftAt, outcome, ...more };
    queued.offer = undefined;
    this.#parts.floor.leave(queued.row.id);
    this.#write(queued);
    if (outcome !== 'answered') this.#queued.delete(queued.row.id);
  }

  #talkOver(queued: Queued, at = this.#parts.clock.now()): void {
    const { row } = queued;
    if (row.talkedUntil !== null) return;
    // An end that is known from the exchange may be before a beginning that was noticed late.
    const talkedUntil = row.leftAt !== null && row.leftAt > at ? row.leftAt : at;
    queued.row = { ...row, talkedUntil };
    this.#queued.delete(row.id);
    this.#write(queued);
    this.#learn(queued.row);
  }

  /** Takes a talk that is over into what is expected of the next. */
  #learn({ queue, leftAt, talkedUntil, ringMs }: PastTalk): void {
    if (leftAt === null || talkedUntil === null) return;
    const wrapUpMs = (this.#parts.floor.queues.get(queue)?.wrapUpSeconds ?? 0) * 1_000;
    const handledMs = talkedUntil.getTime() - leftAt.getTime() + (ringMs ?? 0) + wrapUpMs;
    this.#handlingMs.set(queue, nextHandlingMs(this.#handlingMs.get(queue), handledMs));
  }

  #write({ row }: Queued): void {
    const { journal, tenantId } = this.#parts;
    journal.write(async (db) => {
      await writeQueueCall(db, tenantId, row);
      return [];
    });
  }
}

/** Since when a caller has waited, in other queues too. */
function sinceOf({ enteredAt, waitedSince }: QueueCall): Date {
  return waitedSince ?? enteredAt;
}
