/** SQL as somebody writes it who wants one report and nothing else. $1 tenant, $2 and $3 first and last day, $4 time zone. */

export type By = 'total' | 'day' | 'hour';

const formats = { day: 'YYYY-MM-DD', hour: 'YYYY-MM-DD HH24:00' } as const;

function period(by: By, instant: string): string {
  return by === 'total' ? `''` : `to_char(${instant} at time zone $4, '${formats[by]}')`;
}

function within(instant: string): string {
  return `${instant} >= $2::date::timestamp at time zone $4 and ${instant} < ($3::date + 1)::timestamp at time zone $4`;
}

/** A report of queues from the roll-ups. */
export function queueSums(by: By): string {
  return `select ${period(by, 'hour')} as period, h.queue, q.name, sum(offered) as offered, sum(answered) as answered,
      sum(abandoned) as abandoned, sum(overflowed) as overflowed, sum(called_back) as called_back, sum(lost) as lost,
      sum(in_time) as in_time, sum(answered_wait_ms) as answered_wait_ms, sum(abandoned_wait_ms) as abandoned_wait_ms,
      max(longest_wait_ms) as longest_wait_ms, sum(talk_ms) as talk_ms
    from queue_hour h join queue q on q.tenant_id = h.tenant_id and q.number = h.queue
    where h.tenant_id = $1 and ${within('hour')} group by 1, 2, 3 order by 1, 2`;
}

/** The same from the calls themselves. */
export function queueSumsOfRows(by: By): string {
  const waitMs = 'extract(epoch from left_at - entered_at) * 1000';
  return `select ${period(by, 'entered_at')} as period, queue, count(*) as offered,
      count(*) filter (where outcome = 'answered') as answered, count(*) filter (where outcome = 'abandoned') as abandoned,
      sum(${waitMs}) filter (where outcome = 'answered') as answered_wait_ms, sum(${waitMs}) filter (where outcome = 'abandoned') as abandoned_wait_ms,
      count(*) filter (where outcome = 'answered' and ${waitMs} <= 20000) as in_time, max(${waitMs}) as longest_wait_ms,
      sum(extract(epoch from talked_until - left_at) * 1000) as talk_ms
    from queue_call where tenant_id = $1 and ${within('entered_at')} group by 1, 2 order by 1, 2`;
}

const agentTimes = ['logged_in', 'available', 'ringing', 'talking', 'wrap_up', 'paused'];

/** A report of agents from the roll-ups. */
export function agentSums(by: By): string {
  return `with pause as (
      select ${period(by, 'hour')} as period, agent_id, reason, sum(paused_ms) as ms
      from agent_pause_hour where tenant_id = $1 and ${within('hour')} group by 1, 2, 3
    ), paused as (select period, agent_id, jsonb_object_agg(reason, ms) as pauses from pause group by 1, 2),
    spent as (
      select ${period(by, 'hour')} as period, agent_id, ${agentTimes.map((name) => `sum(${name}_ms) as ${name}`).join(', ')},
        sum(offers) as offers, sum(answered) as answered
      from agent_hour where tenant_id = $1 and ${within('hour')} group by 1, 2
    )
    select s.period, a.code, a.name, ${agentTimes.join(', ')}, offers, answered, p.pauses
    from spent s join agent a on a.tenant_id = $1 and a.id = s.agent_id
    left join paused p on p.period = s.period and p.agent_id = s.agent_id order by 1, 2`;
}

/** A report of what agents did for queues, from the roll-ups. */
export function agentQueueSums(by: By): string {
  return `select ${period(by, 'hour')} as period, h.queue, q.name as queue_name, a.code, a.name, sum(ringing_ms) as ringing,
      sum(talking_ms) as talking, sum(wrap_up_ms) as wrap_up, sum(offers) as offers, sum(answered) as answered
    from agent_queue_hour h join agent a on a.tenant_id = h.tenant_id and a.id = h.agent_id
    join queue q on q.tenant_id = h.tenant_id and q.number = h.queue
    where h.tenant_id = $1 and ${within('hour')} group by 1, 2, 3, 4, 5 order by 1, 2, 4`;
}
