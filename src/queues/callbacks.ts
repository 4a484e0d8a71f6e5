import type { Agent, Journal } from '../agents/service.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { type QueueCall, type QueueCallback, writeCallback } from './call-store.ts';
import type { Floor, Untaken, Waiter } from './floor.ts';

/** Rings an extension, and calls a number from it as soon as somebody answers there. */
export type CallFrom = (wish: {
  readonly extension: string;
  readonly number: string;
  readonly timeoutMs: number;
  /** The call in which it was asked for. */
  readonly askedIn: string;
  /** Told the call in the log, before anything rings. */
  readonly begun: (callId: string) => void;
}) => Promise<boolean>;

interface Parts {
  readonly tenantId: number;
  readonly floor: Floor;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly callFrom: CallFrom;
}

/** How often somebody is called who does not answer, and how long is waited between. */
const mostTries = 3;
const pauseMs = 300_000;

/** A callback that the one who is to be called back has not answered yet. */
interface Pending {
  row: QueueCallback;
  /** How often an agent was rung for it: what was said to an earlier one is nothing to a later. */
  offers: number;
}

/**
 * Those who hung up to be called back and keep their places. When their turn comes, an agent is rung first, and they are
 * called from that agent's extension, as it may call.
 */
export class Callbacks {
  readonly #parts: Parts;
  readonly #pending = new Map<string, Pending>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Takes up who is still to be called back. @param openCalls those in the log that go on */
  restore(rows: readonly QueueCallback[]): void {
    for (const row of rows) this.#pending.set(row.id, { row, offers: 0 });
  }

  /** Lets them wait whose call did not outlive the process. */
  reconcile(openCalls: ReadonlySet<string>): void {
    for (const pending of this.#pending.values()) {
      if (pending.row.state === 'waiting') this.#wait(pending);
      else if (pending.row.callId === null || !openCalls.has(pending.row.callId)) this.#again(pending, 0);
    }
  }

  /** Gives up those whose queue is not there any more: that they asked for it, and under which protocol, is stored elsewhere. */
  dropStrays(): void {
    const { floor } = this.#parts;
    for (const pending of this.#pending.values()) {
      if (pending.row.state !== 'waiting' || floor.queues.has(pending.row.queue)) continue;
      floor.leave(pending.row.id);
      this.#end(pending, 'failed', pending.row.tries);
    }
  }

  /** Keeps the place of a caller who leaves it to be called back. */
  add(place: QueueCall, number: string): void {
    const { id, queue, priority, enteredAt, waitedSince, callId: askedIn } = place;
    const since = waitedSince ?? enteredAt;
    const now = this.#parts.clock.now();
    const fresh = { state: 'waiting', tries: 0, notBefore: now, callId: null, agentId: null, endedAt: null } as const;
    const row = { id, askedIn, queue, number, priority, since, ...fresh };
    const pending: Pending = { row, offers: 0 };
    this.#pending.set(id, pending);
    this.#write(pending, {});
    this.#wait(pending);
  }

  /** A phone of a call was answered: the agent's first, which is the caller's in the log, then the other's. */
  answered(callId: string, isCaller: boolean): void {
    const pending = this.#of(callId);
    if (pending === undefined) return;
    // At once: were we killed while they talk, they would be called again.
    if (!isCaller) this.#end(pending, 'done');
    else if (pending.row.state === 'ringing') {
      const [agent] = this.#parts.floor.ringing(pending.row.id);
      this.#write(pending, { state: 'calling' });
      this.#parts.floor.answered(pending.row.id, agent?.extension ?? '', callId);
    }
  }

  /** A call is over: who was not reached is called again, after a while if an agent had answered. */
  callEnded(callId: string): void {
    const pending = this.#of(callId);
    if (pending === undefined) return;
    if (pending.row.state === 'calling') this.#again(pending, 1);
    else this.#untaken(pending, 'no_answer');
  }

  #of(callId: string): Pending | undefined {
    return [...this.#pending.values()].find(({ row }) => row.callId === callId);
  }

  #wait(pending: Pending): void {
    const { id, queue, since, priority, notBefore } = pending.row;
    const { floor, clock } = this.#parts;
    const waiter: Waiter = {
      id,
      queue,
      since,
      priority,
      callId: undefined,
      offered: (agents) => void this.#call(pending, agents),
    };
    const earlyMs = notBefore.getTime() - clock.now().getTime();
    if (earlyMs <= 0) return floor.wait(waiter);
    // Slept twice after a connection that was lost, it may be under way.
    const isWaiting = () => pending.row.state === 'waiting' && this.#pending.has(id);
    void clock.sleep(earlyMs).then(() => isWaiting() && floor.wait(waiter));
  }

  async #call(pending: Pending, agents: readonly Agent[]): Promise<void> {
    const [agent] = agents;
    const { floor, callFrom, logger } = this.#parts;
    const { number, queue, askedIn } = pending.row;
    const seconds = floor.queues.get(queue)?.ringSeconds ?? 20;
    const offer = ++pending.offers;
    let why: Untaken = 'unreachable';
    this.#write(pending, { state: 'ringing', agentId: agent?.id ?? null });
    try {
      const extension = agent?.extension ?? '';
      const begun = (callId: string): void => this.#write(pending, { callId });
      if (await callFrom({ extension, number, timeoutMs: seconds * 1_000, askedIn, begun })) return;
    } catch (error) {
      logger.error({ err: error, queue }, 'an agent could not be rung for a callback');
      // Of the agent's phone that says nothing; but the same agent is not offered it again at once.
      why = 'busy';
    }
    // A call that had begun is over, by which it was given up already, and may be another agent's by now.
    if (pending.offers === offer && pending.row.state === 'ringing') this.#untaken(pending, why);
  }

  /** The agent did not take it: it waits at its place for another. */
  #untaken(pending: Pending, why: Untaken): void {
    this.#write(pending, { state: 'waiting', callId: null, agentId: null });
    this.#parts.floor.untaken(pending.row.id, why);
  }

  #again(pending: Pending, moreTries: number): void {
    const tries = pending.row.tries + moreTries;
    if (tries >= mostTries) return this.#end(pending, 'failed', tries);
    const notBefore = new Date(this.#parts.clock.now().getTime() + (moreTries === 0 ? 0 : pauseMs));
    this.#write(pending, { state: 'waiting', tries, notBefore, callId: null, agentId: null });
    // Whoever was still rung for it when the exchange was lost.
    this.#parts.floor.untaken(pending.row.id, 'withdrawn');
    this.#wait(pending);
  }

  #end(pending: Pending, state: 'done' | 'failed', tries = pending.row.tries + 1): void {
    this.#write(pending, { state, tries, endedAt: this.#parts.clock.now() });
    this.#pending.delete(pending.row.id);
  }

  #write(pending: Pending, change: Partial<QueueCallback>): void {
    const row = { ...pending.row, ...change };
    pending.row = row;
    const { journal, tenantId } = this.#parts;
    journal.write(async (db) => {
      await writeCallback(db, tenantId, row);
      return [];
    });
  }
}
