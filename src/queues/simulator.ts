import { type RandomSource, randomFrom } from '../kernel/random.ts';
import { route } from './routing.ts';
import { type QueueRule, type ReadyAgent, Snapshot, type WaitingCaller } from './snapshot.ts';
import { SortedList } from './sorted-list.ts';

/** A duration in milliseconds, drawn for each caller. */
export type Draw = (random: RandomSource) => number;

/** Durations with an exponential distribution: what is to come does not depend on what has passed. */
export function exponential(meanMs: number): Draw {
  return (random) => -Math.log(1 - random()) * meanMs;
}

/** Callers of one kind, who come one after the other. */
export interface Stream extends Pick<WaitingCaller, 'queue' | 'priority' | 'needs'> {
  readonly betweenMs: Draw;
  readonly patienceMs: Draw;
}

export interface Scenario {
  readonly rules: readonly QueueRule[];
  readonly agents: readonly Pick<ReadyAgent, 'id' | 'skills' | 'queues'>[];
  readonly streams: readonly Stream[];
  /** From an agent's answer to the end of the wrap-up. */
  readonly handlingMs: Draw;
}

/** What became of a caller. */
export interface SimulatedCaller {
  readonly queue: string;
  readonly enteredMs: number;
  readonly leftMs: number;
  /** Null: the caller hung up. */
  readonly agentId: number | null;
  /** When the agent was done with the caller; null where there was none. */
  readonly doneMs: number | null;
}

interface Event {
  readonly atMs: number;
  readonly serial: number;
  readonly happen: () => void;
}

/**
 * Plays callers and agents against the routing that calls are routed by, event after event, in no time, until so
 * many callers have gone. The same scenario and seed give the same callers, in the order in which they leave the queue.
 */
export function simulate(scenario: Scenario, seed: number, callers: number): SimulatedCaller[] {
  const random = randomFrom(seed);
  const events = new SortedList<Event>((a, b) => a.atMs - b.atMs || a.serial - b.serial);
  const snapshot = new Snapshot();
  const waiting = new Map<string, WaitingCaller>();
  const agents = new Map(scenario.agents.map((agent) => [agent.id, { ...agent, idleSinceMs: 0, callsTaken: 0 }]));
  const gone: SimulatedCaller[] = [];
  let nowMs = 0;
  let serial = 0;
  let alarmMs: number | undefined;

  const after = (ms: number, happen: () => void): void => {
    if (ms < Number.POSITIVE_INFINITY) events.add({ atMs: nowMs + ms, serial: serial++, happen });
  };
  const leave = (caller: WaitingCaller, agentId: number | null, doneMs: number | null): void => {
    waiting.delete(caller.id);
    snapshot.leave(caller.id);
    gone.push({ queue: caller.queue, enteredMs: caller.sinceMs, leftMs: nowMs, agentId, doneMs });
  };
  const come = (stream: Stream): void => {
    after(stream.betweenMs(random), () => come(stream));
    const { queue, priority, needs } = stream;
    const caller = {
      id: String(serial++),
      queue,
      priority,
      needs,
      sinceMs: nowMs,
      excluded: new Map<number, number>(),
    };
    waiting.set(caller.id, caller);
    snapshot.wait(caller);
    after(stream.patienceMs(random), () => {
      if (waiting.has(caller.id)) leave(caller, null, null);
    });
  };
  const take = (caller: WaitingCaller, agentId: number): void => {
    const agent = agents.get(agentId);
    if (agent === undefined) return;
    const lastOfferedMs = nowMs;
    const handlingMs = scenario.handlingMs(random);
    leave(caller, agentId, nowMs + handlingMs);
    snapshot.busy(agentId);
    after(handlingMs, () => {
      const queues = agent.queues.map((one) => (one.queue === caller.queue ? { ...one, lastOfferedMs } : one));
      const free = { ...agent, queues, idleSinceMs: nowMs, callsTaken: agent.callsTaken + 1 };
      agents.set(agentId, free);
      snapshot.ready(free);
    });
  };

  snapshot.setQueues(scenario.rules);
  for (const agent of agents.values()) snapshot.ready(agent);
  for (const stream of scenario.streams) after(stream.betweenMs(random), () => come(stream));
  while (gone.length < callers) {
    const event = events.shift();
    if (event === undefined) break;
    nowMs = event.atMs;
    event.happen();
    const { offers, againAtMs } = route(snapshot, nowMs);
    for (const { callerId, agentIds } of offers) {
      const caller = waiting.get(callerId);
      if (caller !== undefined && agentIds[0] !== undefined) take(caller, agentIds[0]);
    }
    if (againAtMs !== undefined && againAtMs !== alarmMs) after(againAtMs - nowMs, () => undefined);
    alarmMs = againAtMs;
  }
  return gone;
}
