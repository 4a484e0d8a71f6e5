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
export function agentFiguresOf({ period, agent, name, states, pauses, offers, answered }: AgentSums): AgentFigures {
  const lasted = (...names: string[]) => names.reduce((sum, state) => sum + (states[state] ?? 0), 0);
  const atWorkMs = lasted('ringing', 'talking', 'wrap_up');
  return {
    period,
    agent,
    name,
    loggedInMs: lasted(...Object.keys(states).filter((state) => state !== 'logged_out')),
    availableMs: lasted('available'),
    ringingMs: lasted('ringing'),
    talkingMs: lasted('talking'),
    wrapUpMs: lasted('wrap_up'),
    pausedMs: lasted('paused'),
    pauses: { ...pauses },
    offers,
    answered,
    occupancy: ratio(atWorkMs, atWorkMs + lasted('available')),
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
  const foundMs = sums.flatMap(({ states }) => Object.values(states)).reduce((sum, ms) => sum + ms, 0);
  const stray = sums.reduce((sum, row) => sum + row.stray, 0);
  return [checkOf('no_gaps', expectedMs, foundMs), checkOf('callers_known', 0, stray)];
}

function checkOf(name: Check['name'], expected: number, found: number): Check {
  return { name, holds: expected === found, expected, found };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
