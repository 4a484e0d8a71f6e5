import { randomUUID } from 'node:crypto';
import { exponential, type SimulatedCaller, simulate } from '../../src/queues/simulator.ts';
import type { Database } from '../../src/storage/database.ts';

/** One thing that is written while a day goes on: what is lost of these, reports must notice. */
export type DayEvent = { readonly atMs: number } & (
  | { readonly kind: 'caller'; readonly caller: CallerRow }
  | { readonly kind: 'agent'; readonly agentId: number; readonly state: StateRow }
);

interface CallerRow {
  readonly id: string;
  readonly call_id: string;
  readonly queue: string;
  readonly entered_at: Date;
  readonly left_at: Date | null;
  readonly outcome: string | null;
  readonly agent_id: number | null;
  readonly talked_until: Date | null;
  readonly offers: number;
}

interface StateRow {
  readonly state: string;
  readonly reason: string | null;
  readonly queue: string | null;
  readonly call_id: string | null;
}

export interface QueueDay {
  readonly events: readonly DayEvent[];
  /** Of the call log: the caller's call, and when it ended. */
  readonly calls: readonly { readonly id: string; readonly startedAt: Date; readonly endedAt: Date }[];
  readonly endMs: number;
}

export const dayQueues = ['033', '034'] as const;
/** Agents are numbered from 0 in a day. */
const agentNumbers = Array.from({ length: 8 }, (_, n) => n);

/** A day of two queues and eight agents, by the simulator, in whole milliseconds. Agents log in a minute before it begins. */
export function queueDay(seed: number, startMs: number, callers = 600): QueueDay {
  const stream = (queue: string) => ({
    queue,
    priority: 0,
    needs: [],
    betweenMs: exponential(50_000),
    patienceMs: exponential(120_000),
  });
  const simulated = simulate(
    {
      rules: dayQueues.map((number) => ({ number, strategy: 'longest_idle', weight: 0, serviceLevelMs: 20_000 })),
      agents: agentNumbers.map((id) => ({
        id,
        skills: new Map(),
        queues: dayQueues.map((queue) => ({ queue, order: 0, lastOfferedMs: null })),
      })),
      streams: dayQueues.map(stream),
      handlingMs: exponential(180_000),
    },
    seed,
    callers,
  );
  const at = (ms: number) => startMs + Math.round(ms);
  const events: DayEvent[] = agentNumbers.flatMap((agentId) => [
    agentEvent(startMs - 60_000, agentId, 'logged_in'),
    agentEvent(startMs, agentId, 'available'),
  ]);
  const calls = simulated.map((caller) => {
    const call = {
      id: randomUUID(),
      startedAt: new Date(at(caller.enteredMs)),
      endedAt: new Date(at(talkEndMs(caller))),
    };
    events.push(...callerEvents(caller, call.id, at), ...stateEvents(caller, call.id, at));
    return call;
  });
  const endMs = Math.max(...events.map(({ atMs }) => atMs)) + 60_000;
  return { events: events.toSorted((a, b) => a.atMs - b.atMs), calls, endMs };
}

/** The first part of a handling time is talk, then wrap-up, then a pause for one in five. */
function talkEndMs({ leftMs, doneMs }: SimulatedCaller): number {
  return doneMs === null ? leftMs : leftMs + 0.8 * (doneMs - leftMs);
}

function callerEvents(caller: SimulatedCaller, callId: string, at: (ms: number) => number): DayEvent[] {
  const { queue, enteredMs, leftMs, agentId } = caller;
  const base = { id: randomUUID(), call_id: callId, queue, entered_at: new Date(at(enteredMs)) };
  const waiting = { ...base, left_at: null, outcome: null, agent_id: null, talked_until: null, offers: 0 };
  const left = {
    ...waiting,
    left_at: new Date(at(leftMs)),
    outcome: agentId === null ? 'abandoned' : 'answered',
    agent_id: agentId,
    offers: agentId === null ? 0 : 1,
  };
  const talked = { ...left, talked_until: new Date(at(talkEndMs(caller))) };
  return [
    { atMs: at(enteredMs), kind: 'caller', caller: waiting },
    { atMs: at(leftMs), kind: 'caller', caller: left },
    ...(agentId === null ? [] : [{ atMs: at(talkEndMs(caller)), kind: 'caller' as const, caller: talked }]),
  ];
}

function stateEvents(caller: SimulatedCaller, callId: string, at: (ms: number) => number): DayEvent[] {
  const { agentId, leftMs, doneMs, queue } = caller;
  if (agentId === null || doneMs === null) return [];
  const talkEnd = talkEndMs(caller);
  const wrapUpEnd = leftMs + 0.9 * (doneMs - leftMs);
  const paused = Math.round(leftMs) % 5 === 0 ? [agentEvent(at(wrapUpEnd), agentId, 'paused', 'almoço')] : [];
  return [
    agentEvent(at(leftMs), agentId, 'ringing', null, queue, callId),
    agentEvent(at(leftMs), agentId, 'talking', null, queue, callId),
    agentEvent(at(talkEnd), agentId, 'wrap_up', null, queue, callId),
    ...paused,
    agentEvent(at(doneMs), agentId, 'available'),
  ];
}

function agentEvent(
  atMs: number,
  agentId: number,
  state: string,
  reason: string | null = null,
  queue: string | null = null,
  callId: string | null = null,
): DayEvent {
  return { atMs, kind: 'agent', agentId, state: { state, reason, queue, call_id: callId } };
}

/** Writes what comes of events as the control plane writes it: each brings its row up to date; a state ends the one before. */
export async function writeDay(db: Database, { tenantId, agentIds }: DayTenant, day: QueueDay): Promise<void> {
  const callers = new Map<string, CallerRow>();
  const states: { agent_id: number; started_at: Date; ended_at: Date | null; row: StateRow }[] = [];
  for (const event of day.events) {
    const at = new Date(event.atMs);
    if (event.kind === 'caller') callers.set(event.caller.id, event.caller);
    else {
      const open = states.findLast((state) => state.agent_id === event.agentId);
      if (open !== undefined) open.ended_at = at;
      states.push({ agent_id: event.agentId, started_at: at, ended_at: null, row: event.state });
    }
  }
  await db
    .insertInto('call')
    .values(
      day.calls.map(({ id, startedAt, endedAt }) => ({
        tenant_id: tenantId,
        id,
        channel_id: id,
        uniqueid: id,
        started_at: startedAt,
        ended_at: endedAt,
        caller_number: '37999990000',
        dialled: '033',
      })),
    )
    .execute();
  await db
    .insertInto('queue_call')
    .values(
      [...callers.values()].map(({ agent_id: agent, ...caller }) => {
        return { tenant_id: tenantId, agent_id: agent === null ? null : (agentIds[agent] ?? null), ...caller };
      }),
    )
    .execute();
  await db
    .insertInto('agent_state')
    .values(
      states.map(({ row, agent_id: agent, ...state }) => {
        return { tenant_id: tenantId, id: randomUUID(), agent_id: agentIds[agent] ?? 0, ...state, ...row };
      }),
    )
    .execute();
}

export interface DayTenant {
  readonly tenantId: number;
  readonly agentIds: readonly number[];
}

/** A tenant with the day's queues and agents. */
export async function dayTenant(db: Database): Promise<DayTenant> {
  const { id: tenantId } = await db
    .insertInto('tenant')
    .values({ name: 'Um', time_zone: 'America/Sao_Paulo' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('queue')
    .values(dayQueues.map((number) => ({ tenant_id: tenantId, number, name: `Fila ${number}` })))
    .execute();
  const agents = await db
    .insertInto('agent')
    .values(
      agentNumbers.map((n) => ({ tenant_id: tenantId, name: `Agente ${n}`, code: `${700 + n}`, pin_hash: 'none' })),
    )
    .returning('id')
    .execute();
  return { tenantId, agentIds: agents.map(({ id }) => id) };
}
