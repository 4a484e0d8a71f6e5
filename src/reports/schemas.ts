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

/** What an agent did for one queue in a period. */
export const agentQueueFigures = z.object({
  period,
  queue: z.string(),
  queueName: z.string(),
  agent: z.string(),
  name: z.string(),
  offers: count,
  answered: count,
  ringingMs: durationMs,
  talkingMs: durationMs,
  wrapUpMs: durationMs,
  averageTalkMs: durationMs.nullable(),
  averageHandlingMs: durationMs.nullable(),
});
export type AgentQueueFigures = z.infer<typeof agentQueueFigures>;

/** An agent's pauses of one reason in a period. */
export const pauseFigures = z.object({
  period,
  agent: z.string(),
  name: z.string(),
  /** Empty: none. */
  reason: z.string(),
  pauses: count,
  pausedMs: durationMs,
});
export type PauseFigures = z.infer<typeof pauseFigures>;

/** Whom a row is of: a queue and an agent where the report is cut by them, else empty. */
const whose = { period, queue: z.string(), queueName: z.string(), agent: z.string(), name: z.string() };

/** The notes, 0 to 10, that callers gave in a period. */
export const surveyFigures = z.object({
  ...whose,
  answers: count,
  averageScore: z.number().min(0).max(10).nullable(),
  promoters: count,
  detractors: count,
  netPromoterScore: z.number().min(-1).max(1).nullable(),
});
export type SurveyFigures = z.infer<typeof surveyFigures>;

/** What the answered calls of those who came in a period were about, as agents say. Empty: nothing was said. */
export const dispositionFigures = z.object({
  ...whose,
  tab1: z.string(),
  tab2: z.string(),
  tab3: z.string(),
  calls: count,
  averageTalkMs: durationMs.nullable(),
});
export type DispositionFigures = z.infer<typeof dispositionFigures>;

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
const code = z.string().regex(/^\d{2,8}$/);
const queue = code.optional();
const agent = code.optional();
/** By what else than the period a report is cut. */
const per = z.enum(['all', 'queue', 'agent', 'queue_and_agent']);

/** The figures that rows may be sorted by: those of the report, and nothing else. */
function sortOf<Shape extends z.ZodRawShape>(figures: z.ZodObject<Shape>) {
  return z.enum(Object.keys(figures.shape) as Extract<keyof Shape, string>[]);
}

export const queueReportQuery = days.extend({ queue, sort: sortOf(queueFigures).default('period') });
export type QueueReportQuery = z.infer<typeof queueReportQuery>;

const sortableAgentFigures = agentFigures.omit({ pauses: true });
export const agentReportQuery = days.extend({ agent, sort: sortOf(sortableAgentFigures).default('period') });
export type AgentReportQuery = z.infer<typeof agentReportQuery>;

export const agentQueueReportQuery = days.extend({ queue, agent, sort: sortOf(agentQueueFigures).default('period') });
export type AgentQueueReportQuery = z.infer<typeof agentQueueReportQuery>;

export const pauseReportQuery = days.extend({ agent, sort: sortOf(pauseFigures).default('period') });
export type PauseReportQuery = z.infer<typeof pauseReportQuery>;

export const surveyReportQuery = days.extend({
  queue,
  agent,
  per: per.default('queue_and_agent'),
  sort: sortOf(surveyFigures).default('period'),
});
export type SurveyReportQuery = z.infer<typeof surveyReportQuery>;

export const dispositionReportQuery = days.extend({
  queue,
  agent,
  per: per.default('queue'),
  sort: sortOf(dispositionFigures).default('period'),
});
export type DispositionReportQuery = z.infer<typeof dispositionReportQuery>;
export type ReportQuery = z.infer<typeof days>;

export const queueReport = z.object({ rows: z.array(queueFigures), checks: z.array(check) });
export type QueueReport = z.infer<typeof queueReport>;
export const agentReport = z.object({ rows: z.array(agentFigures), checks: z.array(check) });
export type AgentReport = z.infer<typeof agentReport>;
export const agentQueueReport = z.object({ rows: z.array(agentQueueFigures) });
export type AgentQueueReport = z.infer<typeof agentQueueReport>;
export const pauseReport = z.object({ rows: z.array(pauseFigures) });
export type PauseReport = z.infer<typeof pauseReport>;
export const surveyReport = z.object({ rows: z.array(surveyFigures) });
export type SurveyReport = z.infer<typeof surveyReport>;
export const dispositionReport = z.object({ rows: z.array(dispositionFigures) });
export type DispositionReport = z.infer<typeof dispositionReport>;
