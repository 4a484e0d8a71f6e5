import type { AgentQueueSums, AgentReading, AgentSums, PauseSums } from './agent-store.ts';
import type { QueueReading, QueueSums } from './queue-store.ts';
import type {
  AgentFigures,
  AgentQueueFigures,
  Check,
  DispositionFigures,
  PauseFigures,
  QueueFigures,
  SurveyFigures,
} from './schemas.ts';
import type { DispositionSums, SurveySums } from './talk-store.ts';

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
  const atWorkMs = sums.ringing_ms + sums.talking_ms + sums.wrap_up_ms;
  return {
    period: sums.period,
    agent: sums.agent,
    name: sums.name,
    loggedInMs: sums.logged_in_ms + sums.available_ms + atWorkMs + sums.paused_ms,
    availableMs: sums.available_ms,
    ringingMs: sums.ringing_ms,
    talkingMs: sums.talking_ms,
    wrapUpMs: sums.wrap_up_ms,
    pausedMs: sums.paused_ms,
    pauses: { ...sums.pauses },
    offers: sums.offers,
    answered: sums.answered,
    occupancy: ratio(atWorkMs, atWorkMs + sums.available_ms),
  };
}

/** What an agent did for a queue, from the sums. */
export function agentQueueFiguresOf(sums: AgentQueueSums): AgentQueueFigures {
  return {
    period: sums.period,
    queue: sums.queue,
    queueName: sums.queue_name,
    agent: sums.agent,
    name: sums.name,
    offers: sums.offers,
    answered: sums.answered,
    ringingMs: sums.ringing_ms,
    talkingMs: sums.talking_ms,
    wrapUpMs: sums.wrap_up_ms,
    averageTalkMs: ratio(sums.talking_ms, sums.answered),
    averageHandlingMs: ratio(sums.talking_ms + sums.wrap_up_ms, sums.answered),
  };
}

export function pauseFiguresOf({ paused_ms: pausedMs, ...sums }: PauseSums): PauseFigures {
  return { ...sums, pausedMs };
}

export function surveyFiguresOf({ queue_name: queueName, score, ...sums }: SurveySums): SurveyFigures {
  const { answers, promoters, detractors } = sums;
  return {
    ...sums,
    queueName,
    averageScore: ratio(score, answers),
    netPromoterScore: ratio(promoters - detractors, answers),
  };
}

export function dispositionFiguresOf(sums: DispositionSums): DispositionFigures {
  const { queue_name: queueName, talk_ms: talkMs, talked, ...figures } = sums;
  return { ...figures, queueName, averageTalkMs: ratio(talkMs, talked) };
}

/** Whether a report of queues agrees with itself and with what agents did. */
export function queueChecks({ sums, totals }: QueueReading): Check[] {
  const total = (name: Exclude<keyof QueueSums, 'period' | 'queue' | 'name'>) =>
    sums.reduce((sum, row) => sum + row[name], 0);
  const gone = total('answered') + total('abandoned') + total('overflowed') + total('called_back') + total('lost');
  return [
    checkOf('outcomes', total('offered'), gone + total('waiting')),
    checkOf('littles_law', totals.left_wait_ms + totals.age_after_ms - totals.age_before_ms, totals.waiting_ms),
    checkOf('talks_known', 0, totals.unmatched),
  ];
}

/** Whether a report of agents agrees with itself and with what callers experienced. */
export function agentChecks({ totals }: AgentReading): Check[] {
  return [checkOf('no_gaps', totals.expected_ms, totals.all_ms), checkOf('callers_known', 0, totals.stray)];
}

function checkOf(name: Check['name'], expected: number, found: number): Check {
  return { name, holds: expected === found, expected, found };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
