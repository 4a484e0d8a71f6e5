import type { Agent, Journal } from '../agents/service.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { type QueueCall, type QueueCallback, writeCallback } from './call-store.ts';
import type { Floor, Waiter } from './floor.ts';

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
    for (const row of rows) this.#pending.set(row.id, { row });
  }

  /** Lets them wait whose call did not outlive the process. */
  reconcile(openCalls: ReadonlySet<string>): void {
    for (const pending of this.#pending.values()) {
      if (pending.row.state === 'waiting') this.#wait(pending);
      else if (pending.row.callId === null || !openCalls.has(pending.row.callId)) this.#again(pending, 0);
    }
  }

  /** Keeps the place of a caller who leaves it to be called back. */
  add(place: QueueCall, number: string): void {
    const { id, queue, priority, enteredAt: since, callId: askedIn } = place;
    const now = this.#parts.clock.now();
    const fresh = { state: 'waiting', tries: 0, notBefore: now, callId: null, agentId: null, endedAt: null } as const;
    const pending: Pending = { row: { id, askedIn, queue, number, priority, since, ...fresh } };
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
    void clock.sleep(earlyMs).then(() => this.#pending.has(id) && floor.wait(waiter));
  }

  async #call(pending: Pending, agents: readonly Agent[]): Promise<void> {
    const [agent] = agents;
    const { floor, callFrom, logger } = this.#parts;
    const { number, queue, askedIn } = pending.row;
    const seconds = floor.queues.get(queue)?.ringSeconds ?? 20;
    this.#write(pending, { state: 'ringing', agentId: agent?.id ?? null });
    try {
      const extension = agent?.extension ?? '';
      const begun = (callId: string): void => this.#write(pending, { callId });
      if (await callFrom({ extension, number, timeoutMs: seconds * 1_000, askedIn, begun })) return;
    } catch (error) {
      logger.error({ err: error, queue }, 'an agent could not be rung for a callback');
    }
    this.#untaken(pending, 'unreachable');
  }

  /** The agent did not take it: it waits at its place for another. */
  #untaken(pending: Pending, why: 'no_answer' | 'unreachable'): void {
    this.#write(pending, { state: 'waiting', callId: null, agentId: null });
    this.#parts.floor.untaken(pending.row.id, why);
  }

  #again(pending: Pending, moreTries: number): void {
    const tries = pending.row.tries + moreTries;
    if (tries >= mostTries) return this.#end(pending, 'failed', tries);
    const notBefore = new Date(this.#parts.clock.now().getTime() + (moreTries === 0 ? 0 : pauseMs));
    this.#write(pending, { state: 'waiting', tries, notBefore, callId: null, agentId: null });
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
