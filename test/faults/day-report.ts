import { localDate } from '../../src/kernel/clock.ts';
import type { AgentReport, QueueReport } from '../../src/reports/schemas.ts';
import type { TestSystem } from '../helpers/system.ts';

/** Each figure is rounded by itself. */
const roundedMs = 5;

/** What does not agree in the reports of the day: their own checks, and every sum of hours and states. */
export async function reportFlaws(system: TestSystem, queue: string, begun: Date): Promise<string[]> {
  const days = `from=${day(begun)}&until=${day(new Date())}`;
  const ask = async <T>(report: string, by: string): Promise<T> =>
    (await (await system.api(`/api/reports/${report}?${days}&by=${by}`)).json()) as T;
  const [queues, queueHours, agents, agentHours] = await Promise.all([
    ask<QueueReport>('queues', 'total'),
    ask<QueueReport>('queues', 'hour'),
    ask<AgentReport>('agents', 'total'),
    ask<AgentReport>('agents', 'hour'),
  ]);
  const flaws = [...queues.checks, ...agents.checks].filter(({ holds }) => !holds).map((one) => JSON.stringify(one));
  const equal = (what: string, one: number, other: number): void => {
    if (Math.abs(one - other) > roundedMs) flaws.push(`${what}: ${one} is not ${other}`);
  };
  const total = queues.rows.find((row) => row.queue === queue);
  if (total === undefined) return [...flaws, `nothing of queue ${queue}`];
  const hours = queueHours.rows.filter((row) => row.queue === queue);
  const left = [total.answered, total.abandoned, total.overflowed, total.calledBack, total.lost, total.waiting];
  equal('offered, and how they left', total.offered, sum(left));
  for (const figure of ['offered', 'answered', 'abandoned', 'calledBack'] as const)
    equal(`${figure} by hours`, total[figure], sum(hours.map((row) => row[figure])));
  const talks = (row: typeof total): number => (row.averageTalkMs ?? 0) * row.answered;
  equal('talks by hours', talks(total), sum(hours.map(talks)));
  for (const row of agents.rows) {
    const { agent, loggedInMs, availableMs, ringingMs, talkingMs, wrapUpMs, pausedMs } = row;
    equal(`states of ${agent}`, loggedInMs, sum([availableMs, ringingMs, talkingMs, wrapUpMs, pausedMs]));
    const parts = agentHours.rows.filter((hour) => hour.agent === agent);
    equal(`talks of ${agent} by hours`, talkingMs, sum(parts.map((hour) => hour.talkingMs)));
  }
  return flaws.map((flaw) => `report: ${flaw}`);
}

function day(at: Date): string {
  return localDate(at, 'America/Sao_Paulo');
}

function sum(parts: readonly number[]): number {
  return parts.reduce((all, part) => all + part, 0);
}
