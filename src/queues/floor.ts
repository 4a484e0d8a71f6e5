import type { Agent, Roster } from '../agents/service.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { route } from './routing.ts';
import type { QueueSettings } from './schemas.ts';
import {
  byUrgency,
  dueMs,
  type Membership,
  type QueueRule,
  type ReadyAgent,
  type SkillNeed,
  Snapshot,
  type WaitingCaller,
} from './snapshot.ts';
import type { MemberRow } from './store.ts';

/** Somebody who waits in a queue: a caller on the line, or one who is to be called back. */
export interface Waiter {
  readonly id: string;
  readonly queue: string;
  readonly since: Date;
  readonly priority: number;
  /** Of the call log; undefined while there is no call. */
  readonly callId: string | undefined;
  /** The phones of these agents are to ring; {@link Floor.answered} or {@link Floor.untaken} is told what comes of it. */
  readonly offered: (agents: readonly Agent[]) => void;
}

/** Why an offer was not taken; `withdrawn`: it was nobody's fault. */
export type Untaken = 'no_answer' | 'busy' | 'unreachable' | 'withdrawn';

interface Parts {
  readonly roster: Roster;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether calls can be placed now, and it is us who place them. */
  readonly mayDecide: () => boolean;
  /** Whether an extension is in some call, a ringing one too. */
  readonly isInCall: (extension: string) => boolean;
}

/** So long at most those in line wait for others who have places before them but are not back in line. */
const returnMs = 2_000;
/** For so long an agent who has just not answered a caller is not offered the same one again. */
const excludedMs = 10_000;
const noOne: ReadonlyMap<number, number> = new Map();

/** Who waits and who is free in a tenant's queues. Whenever that changes, routing is asked who is offered to whom. */
export class Floor {
  readonly #parts: Parts;
  readonly #snapshot = new Snapshot();
  readonly #waiters = new Map<string, Waiter>();
  readonly #excluded = new Map<string, Map<number, number>>();
  /** Agents whose phones ring, by the waiter they ring for. */
  readonly #offers = new Map<string, readonly number[]>();
  readonly #lastOffered = new Map<string, number>();
  /** Waiters who are offered to nobody just now. */
  readonly #away = new Set<string>();
  /** Who has a place and is about to be in line again: until then nobody is offered, lest somebody goes before. */
  #returning = new Set<string>();
  #patience = new AbortController();
  #queues = new Map<string, QueueSettings>();
  #needs: ReadonlyMap<string, readonly SkillNeed[]> = new Map();
  #membersOf: ReadonlyMap<string, readonly MemberRow[]> = new Map();
  #servedBy: ReadonlyMap<number, readonly MemberRow[]> = new Map();
  /** Agents who want calls, and whether they are free: their phones are in no call. */
  readonly #available = new Map<number, boolean>();
  #isDue = false;
  #alarm = new AbortController();

  constructor(parts: Parts) {
    this.#parts = parts;
    parts.roster.onChange((agent) => {
      this.#sync(agent);
      this.decideSoon();
    });
  }

  /** These are the queues, and who serves them, from now on. */
  setQueues(queues: readonly QueueSettings[], members: readonly MemberRow[]): void {
    this.#queues = new Map(queues.map((queue) => [queue.number, queue]));
    // One list for all callers of a queue: routing looks at those who need the same together.
    this.#needs = new Map(queues.map((queue) => [queue.number, needsOf(queue)]));
    this.#membersOf = Map.groupBy(members, ({ queue }) => queue);
    this.#servedBy = Map.groupBy(members, ({ agentId }) => agentId);
    this.#snapshot.setQueues(queues.map(ruleOf));
    for (const agent of this.#parts.roster.all) this.#sync(agent);
    for (const waiter of this.#waiters.values()) if (!this.#offers.has(waiter.id)) this.#line(waiter);
    this.decideSoon();
  }

  get queues(): ReadonlyMap<string, QueueSettings> {
    return this.#queues;
  }

  /** Who serves a queue and is logged in. */
  staff(queue: string): Agent[] {
    return (this.#membersOf.get(queue) ?? [])
      .flatMap(({ agentId }) => this.#parts.roster.byId(agentId) ?? [])
      .filter(({ state }) => state !== 'logged_out');
  }

  /** Whether anybody who serves a queue is logged in. */
  isStaffed(queue: string): boolean {
    const members = this.#membersOf.get(queue) ?? [];
    return members.some(({ agentId }) => (this.#parts.roster.byId(agentId)?.state ?? 'logged_out') !== 'logged_out');
  }

  /** Somebody waits from now on, until `leave`, and is there, until `stepOut`. */
  wait(waiter: Waiter): void {
    this.#returned(waiter.id);
    const wasAway = this.#away.delete(waiter.id);
    if (!wasAway && this.#waiters.get(waiter.id) === waiter) return;
    this.#waiters.set(waiter.id, waiter);
    if (this.#offers.has(waiter.id)) return;
    this.#line(waiter);
    this.decideSoon();
  }

  /** Somebody keeps the place but is not there to be offered; agents who are rung for it are free again. */
  stepOut(id: string): void {
    if (!this.#waiters.has(id)) return;
    this.#away.add(id);
    this.untaken(id, 'withdrawn');
    this.#snapshot.leave(id);
  }

  /** Whether somebody keeps the place but is not there. */
  isAway(id: string): boolean {
    return this.#away.has(id);
  }

  /** Somebody does not wait any more; agents who are rung for it are free again. */
  leave(id: string): void {
    this.#returned(id);
    this.untaken(id, 'withdrawn');
    this.#waiters.delete(id);
    this.#excluded.delete(id);
    this.#away.delete(id);
    this.#snapshot.leave(id);
  }

  /** Decides nothing before each of these has come to `wait` or has left, for a moment at most: some may never come. */
  awaitReturn(ids: readonly string[]): void {
    this.#patience.abort();
    this.#patience = new AbortController();
    this.#returning = new Set(ids.filter((id) => !this.#waiters.has(id) || this.#away.has(id)));
    if (this.#returning.size === 0) return;
    this.#parts.clock.sleep(returnMs, this.#patience.signal).then(
      () => this.#returned(...this.#returning),
      () => undefined,
    );
  }

  #returned(...ids: readonly string[]): void {
    const before = this.#returning.size;
    for (const id of ids) this.#returning.delete(id);
    if (before === 0 || this.#returning.size > 0) return;
    this.#patience.abort();
    this.decideSoon();
  }

  /** An agent took a waiter, who leaves. @returns undefined when it was none of those who were rung */
  answered(id: string, extension: string, callId: string): Agent | undefined {
    const waiter = this.#waiters.get(id);
    const rung = this.#offers.get(id) ?? [];
    const taker = rung.find((agentId) => this.#parts.roster.byId(agentId)?.extension === extension);
    this.#offers.delete(id);
    if (taker !== undefined) this.#parts.roster.move(taker, 'answer', { queue: waiter?.queue, callId });
    for (const agentId of rung) if (agentId !== taker) this.#release(agentId);
    this.leave(id);
    return taker === undefined ? undefined : this.#parts.roster.byId(taker);
  }

  /** Nobody took the waiter, who goes on waiting at the same place. */
  untaken(id: string, why: Untaken): void {
    const rung = this.#offers.get(id);
    if (rung === undefined) return;
    this.#offers.delete(id);
    const waiter = this.#waiters.get(id);
    const untilMs = this.#nowMs + excludedMs;
    if (why !== 'withdrawn') {
      const excluded = this.#excluded.get(id) ?? new Map<number, number>();
      for (const agentId of rung) excluded.set(agentId, untilMs);
      this.#excluded.set(id, excluded);
    }
    if (waiter !== undefined) this.#line(waiter);
    for (const agentId of rung) this.#release(agentId, why, waiter?.queue);
    this.decideSoon();
  }

  /** Everybody in a queue, the most urgent first. */
  line(queue: string): { readonly waiter: Waiter; readonly ringing: readonly Agent[] }[] {
    const settings = this.#queues.get(queue);
    if (settings === undefined) return [];
    const rule = ruleOf(settings);
    return [...this.#waiters.values()]
      .filter((waiter) => waiter.queue === queue)
      .map((waiter) => ({ waiter, caller: this.#callerOf(waiter) }))
      .map(({ waiter, caller }) => ({ waiter, place: { caller, dueMs: dueMs(caller, rule) } }))
      .toSorted((a, b) => byUrgency(a.place, b.place))
      .map(({ waiter }) => ({ waiter, ringing: this.ringing(waiter.id) }));
  }

  /** Whether an agent's phone rings for somebody. */
  isOffered(agentId: number): boolean {
    return [...this.#offers.values()].some((rung) => rung.includes(agentId));
  }

  /** Agents whose phones ring for a waiter. */
  ringing(id: string): Agent[] {
    return (this.#offers.get(id) ?? []).flatMap((agentId) => this.#parts.roster.byId(agentId) ?? []);
  }

  /** Decides when this turn of the event loop has said all that it has to say. */
  decideSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.#decide();
    });
  }

  #decide(): void {
    if (!this.#parts.mayDecide() || this.#returning.size > 0) return;
    this.#followPhones();
    const { offers, againAtMs } = route(this.#snapshot, this.#nowMs);
    for (const { callerId, queue, agentIds } of offers) {
      const waiter = this.#waiters.get(callerId);
      if (waiter === undefined) continue;
      this.#snapshot.leave(callerId);
      this.#offers.set(callerId, agentIds);
      for (const agentId of agentIds) {
        this.#lastOffered.set(`${queue}/${agentId}`, this.#nowMs);
        this.#parts.roster.move(agentId, 'ring', { queue, callId: waiter.callId });
      }
      waiter.offered(this.ringing(callerId));
    }
    this.#alarm.abort();
    if (againAtMs === undefined) return;
    this.#alarm = new AbortController();
    this.#parts.clock.sleep(Math.max(1, againAtMs - this.#nowMs), this.#alarm.signal).then(
      () => this.decideSoon(),
      () => undefined,
    );
  }

  /** An agent whose phone is in a call of any kind is not free. */
  #followPhones(): void {
    for (const [agentId, wasFree] of this.#available) {
      const agent = this.#parts.roster.byId(agentId);
      if (agent === undefined) this.#unseat(agentId);
      else if (wasFree !== this.#isFree(agent)) this.#sync(agent);
    }
  }

  #isFree({ extension }: Agent): boolean {
    return extension !== undefined && !this.#parts.isInCall(extension);
  }

  #sync(agent: Agent): void {
    if (!agent.enabled || agent.state !== 'available') return this.#unseat(agent.id);
    const isFree = this.#isFree(agent);
    this.#available.set(agent.id, isFree);
    if (isFree) this.#snapshot.ready(this.#readyOf(agent));
    else this.#snapshot.busy(agent.id);
  }

  #unseat(agentId: number): void {
    this.#available.delete(agentId);
    this.#snapshot.busy(agentId);
  }

  #readyOf({ id, skills, idleSince, answered }: Agent): ReadyAgent {
    const queues = (this.#servedBy.get(id) ?? []).map(({ queue, position }): Membership => {
      return { queue, order: position, lastOfferedMs: this.#lastOffered.get(`${queue}/${id}`) ?? null };
    });
    const levels = new Map(Object.entries(skills));
    return { id, skills: levels, idleSinceMs: idleSince.getTime(), callsTaken: answered, queues };
  }

  #release(agentId: number, why: Untaken = 'withdrawn', queue?: string): void {
    const { roster } = this.#parts;
    const agent = roster.byId(agentId);
    if (agent === undefined || !roster.move(agentId, 'release')) return;
    const misses = why === 'no_answer' || why === 'busy' ? agent.misses + 1 : agent.misses;
    const mostMisses = this.#queues.get(queue ?? '')?.misses ?? Number.POSITIVE_INFINITY;
    roster.missed(agentId, misses);
    if (why === 'unreachable') roster.move(agentId, 'pause', { reason: 'phone_unreachable' });
    else if (misses >= mostMisses) roster.move(agentId, 'pause', { reason: 'no_answer' });
    else if (agent.nextPause !== undefined) roster.move(agentId, 'pause', { reason: agent.nextPause });
  }

  #line(waiter: Waiter): void {
    const settings = this.#queues.get(waiter.queue);
    if (settings !== undefined && !this.#away.has(waiter.id)) this.#snapshot.wait(this.#callerOf(waiter));
  }

  #callerOf({ id, queue, since, priority, callId }: Waiter): WaitingCaller {
    const needs = this.#needs.get(queue) ?? [];
    const excluded = this.#excluded.get(id) ?? noOne;
    return { id, queue, sinceMs: since.getTime(), priority, needs, excluded, takesOne: callId === undefined };
  }

  get #nowMs(): number {
    return this.#parts.clock.now().getTime();
  }
}

function ruleOf({ number, strategy, weight, serviceLevelSeconds }: QueueSettings): QueueRule {
  return { number, strategy, weight, serviceLevelMs: serviceLevelSeconds * 1_000 };
}

function needsOf({ skills }: QueueSettings): SkillNeed[] {
  return skills.map(({ skill, levels }) => ({
    skill,
    levels: levels.map(({ afterSeconds, level }) => ({ afterMs: afterSeconds * 1_000, level })),
  }));
}
