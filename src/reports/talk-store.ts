import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../storage/database.ts';
import { onlyOf, periodOf, type ReportFilter, type ReportRange, shownPeriod } from './range.ts';

/** Of whom and of what talks are told: of everybody's together, or apart by queue, by agent, or both. */
export interface TalkFilter extends ReportFilter {
  readonly per: 'all' | 'queue' | 'agent' | 'queue_and_agent';
}

interface Whose {
  readonly period: string;
  /** Empty where the report is not cut by it, or where there was none. */
  readonly queue: string;
  readonly queue_name: string;
  readonly agent: string;
  readonly name: string;
}

/** The notes that callers gave in a period, as sums. */
export interface SurveySums extends Whose {
  readonly answers: number;
  readonly score: number;
  /** Who gave nine or ten, and who gave six or less. */
  readonly promoters: number;
  readonly detractors: number;
}

/** What calls of a period were about. */
export interface DispositionSums extends Whose {
  readonly tab1: string;
  readonly tab2: string;
  readonly tab3: string;
  readonly calls: number;
  /** Talks whose end is known, and how long they lasted. */
  readonly talked: number;
  readonly talk_ms: number;
}

/** The notes given in a range. */
export async function readSurveySums(db: Database, range: ReportRange, filter: TalkFilter): Promise<SurveySums[]> {
  const { rows } = await sql<SurveySums>`
    with told as (
      select ${whose(range, filter, 'answered_at')}, count(*) as answers, sum(score) as score,
        count(*) filter (where score >= 9) as promoters, count(*) filter (where score <= 6) as detractors
      from survey_answer where ${within(range, filter, 'answered_at')} group by 1, 2, 3
    )
    select ${named(range)}, answers, score, promoters, detractors from ${toldOf(range)}
    order by told.period, told.number, code`.execute(db);
  return rows;
}

/** What the calls were about that were answered of those who came in a range. */
export async function readDispositionSums(
  db: Database,
  range: ReportRange,
  filter: TalkFilter,
): Promise<DispositionSums[]> {
  const { rows } = await sql<DispositionSums>`
    with told as (
      select ${whose(range, filter, 'entered_at')}, coalesce(tab1, '') as tab1, coalesce(tab2, '') as tab2, coalesce(tab3, '') as tab3,
        count(*) as calls, count(talked_until) as talked, coalesce(sum(ms_between(left_at, talked_until)), 0) as talk_ms
      from queue_call where outcome = 'answered' and ${within(range, filter, 'entered_at')} group by 1, 2, 3, 4, 5, 6
    )
    select ${named(range)}, tab1, tab2, tab3, calls, talked, talk_ms from ${toldOf(range)}
    order by told.period, told.number, code, tab1, tab2, tab3`.execute(db);
  return rows;
}

function whose(range: ReportRange, { per }: TalkFilter, instant: string): RawBuilder<unknown> {
  const number = per === 'queue' || per === 'queue_and_agent' ? sql`queue` : sql`''::text`;
  const agentId = per === 'agent' || per === 'queue_and_agent' ? sql`agent_id` : sql`null::integer`;
  return sql`${periodOf(range, instant)} as period, ${number} as number, ${agentId} as agent_id`;
}

function within({ tenantId, from, until }: ReportRange, filter: TalkFilter, instant: string): RawBuilder<boolean> {
  const at = sql.ref(instant);
  return sql<boolean>`tenant_id = ${tenantId} and ${at} >= ${from} and ${at} < ${until} ${onlyOf(tenantId, filter)}`;
}

function named(range: ReportRange): RawBuilder<unknown> {
  return sql`${shownPeriod(range)} as period, told.number as queue, coalesce(queue.name, '') as queue_name,
    coalesce(agent.code, '') as agent, coalesce(agent.name, '') as name`;
}

function toldOf({ tenantId }: ReportRange): RawBuilder<unknown> {
  return sql`told left join queue on queue.tenant_id = ${tenantId} and queue.number = told.number
    left join agent on agent.tenant_id = ${tenantId} and agent.id = told.agent_id`;
}
