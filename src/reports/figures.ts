import type { AgentFigures, Check, QueueFigures } from './schemas.ts';
import type { AgentSums, QueueReading, QueueSums } from './store.ts';

/** A queue's figures from its sums; the formulas are those of docs/reports.md. */
export function queueFiguresOf(sums: QueueSums): QueueFigures {
  const settled = sums.offered - sums.waiting;
  return {
    period: sums.period,
    queue: sums.queue,
    name: sums.name,
    offered: sums.offered,
    answered: sums.answered,
    abandoned: sums.abandoned,
    overflowed: sums.overflowed,
    calledBack: sums.called_back,
    lost: sums.lost,
    waiting: sums.waiting,
    inTime: sums.in_time,
    serviceLevel: ratio(sums.in_time, settled),
    abandonment: ratio(sums.abandoned, settled),
    averageWaitMs: ratio(sums.answered_wait_ms, sums.answered),
    averageAbandonedWaitMs: ratio(sums.abandoned_wait_ms, sums.abandoned),
    longestWaitMs: sums.longest_wait_ms,
    averageTalkMs: ratio(sums.talk_ms, sums.answered),
  };
}

/** An agent's figures from the sums. */
export function agentFiguresOf(sums: AgentSums): AgentFigures {
  const atWorkMs = sums.ringing + sums.talking + sums.wrap_up;
  return {
    period: sums.period,
    agent: sums.agent,
    name: sums.name,
    loggedInMs: sums.logged_in + sums.available + atWorkMs + sums.paused,
    availableMs: sums.available,
    ringingMs: sums.ringing,
    talkingMs: sums.talking,
    wrapUpMs: sums.wrap_up,
    pausedMs: sums.paused,
    pauses: { ...sums.pauses },
    offers: sums.offers,
    answered: sums.answered,
    occupancy: ratio(atWorkMs, atWorkMs + sums.available),
  };
}

/** Whether a report of queues agrees with itself and with what agents did. */
export function queueChecks(sums: readonly QueueSums[], ageMs: QueueReading['ageMs']): Check[] {
  const total = (name: Exclude<keyof QueueSums, 'period' | 'queue' | 'name'>) =>
    sums.reduce((sum, row) => sum + row[name], 0);
  const gone = total('answered') + total('abandoned') + total('overflowed') + total('called_back') + total('lost');
  return [
    checkOf('outcomes', total('offered'), gone + total('waiting')),
    checkOf('littles_law', total('left_wait_ms') + ageMs.after - ageMs.before, total('waiting_ms')),
    checkOf('talks_known', 0, total('unmatched')),
  ];
}

/** Whether a report of agents agrees with itself and with what callers experienced. */
export function agentChecks(sums: readonly AgentSums[], expectedMs: number): Check[] {
  const foundMs = sums.reduce((sum, row) => sum + row.all_ms, 0);
  const stray = sums.reduce((sum, row) => sum + row.stray, 0);
  return [checkOf('no_gaps', expectedMs, foundMs), checkOf('callers_known', 0, stray)];
}

function checkOf(name: Check['name'], expected: number, found: number): Check {
  return { name, holds: expected === found, expected, found };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
