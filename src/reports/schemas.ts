import { z } from 'zod';

const count = z.int().min(0);
const durationMs = z.number().min(0);
const share = z.number().min(0).max(1).nullable();
/** Empty for the whole, `YYYY-MM-DD` or `YYYY-MM-DD HH:00`: the provider's time. */
const period = z.string();

/** What a queue came to in a period: of the callers who came in it. */
export const queueFigures = z.object({
  period,
  queue: z.string(),
  name: z.string(),
  offered: count,
  answered: count,
  abandoned: count,
  overflowed: count,
  calledBack: count,
  lost: count,
  waiting: count,
  inTime: count,
  serviceLevel: share,
  abandonment: share,
  averageWaitMs: durationMs.nullable(),
  averageAbandonedWaitMs: durationMs.nullable(),
  longestWaitMs: durationMs,
  averageTalkMs: durationMs.nullable(),
});
export type QueueFigures = z.infer<typeof queueFigures>;

/** How an agent spent a period. */
export const agentFigures = z.object({
  period,
  agent: z.string(),
  name: z.string(),
  loggedInMs: durationMs,
  availableMs: durationMs,
  ringingMs: durationMs,
  talkingMs: durationMs,
  wrapUpMs: durationMs,
  pausedMs: durationMs,
  /** Reason to how long. */
  pauses: z.record(z.string(), durationMs),
  offers: count,
  answered: count,
  occupancy: share,
});
export type AgentFigures = z.infer<typeof agentFigures>;

/** Whether the figures agree with each other; see docs/reports.md. */
export const check = z.object({
  name: z.enum(['outcomes', 'littles_law', 'talks_known', 'callers_known', 'no_gaps']),
  holds: z.boolean(),
  expected: z.number(),
  found: z.number(),
});
export type Check = z.infer<typeof check>;

const days = z.object({
  /** The first and the last calendar day, in the provider's time. */
  from: z.iso.date(),
  until: z.iso.date(),
  by: z.enum(['total', 'day', 'hour']).default('total'),
  order: z.enum(['asc', 'desc']).default('asc'),
});
const queueSort = z.enum(Object.keys(queueFigures.shape) as (keyof QueueFigures)[]);
const agentSort = z.enum(
  Object.keys(agentFigures.omit({ pauses: true }).shape) as Exclude<keyof AgentFigures, 'pauses'>[],
);

export const queueReportQuery = days.extend({
  queue: z
    .string()
    .regex(/^\d{2,8}$/)
    .optional(),
  sort: queueSort.default('period'),
});
export type QueueReportQuery = z.infer<typeof queueReportQuery>;

export const agentReportQuery = days.extend({
  agent: z
    .string()
    .regex(/^\d{2,8}$/)
    .optional(),
  sort: agentSort.default('period'),
});
export type AgentReportQuery = z.infer<typeof agentReportQuery>;

export const queueReport = z.object({ rows: z.array(queueFigures), checks: z.array(check) });
export type QueueReport = z.infer<typeof queueReport>;
export const agentReport = z.object({ rows: z.array(agentFigures), checks: z.array(check) });
export type AgentReport = z.infer<typeof agentReport>;
