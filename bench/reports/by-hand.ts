/** SQL as somebody writes it who wants one report and nothing else. $1 tenant, $2 and $3 first and last day, $4 time zone. */

type By = 'total' | 'day' | 'hour';

const formats = { day: 'YYYY-MM-DD', hour: 'YYYY-MM-DD HH24:00' } as const;

function period(by: By, instant: string): string {
  return by === 'total' ? `''` : `to_char(${instant} at time zone $4, '${formats[by]}')`;
}

function within(instant: string): string {
  return `${instant} >= $2::date::timestamp at time zone $4 and ${instant} < ($3::date + 1)::timestamp at time zone $4`;
}

/** What a report of queues is made of, from the roll-ups. */
export function queueSums(by: By): string {
  return `select ${period(by, 'hour')} as period, h.queue, q.name, sum(offered) as offered, sum(answered) as answered,
      sum(abandoned) as abandoned, sum(overflowed) as overflowed, sum(called_back) as called_back, sum(lost) as lost,
      sum(in_time) as in_time, sum(answered_wait_ms) as answered_wait_ms, sum(abandoned_wait_ms) as abandoned_wait_ms,
      max(longest_wait_ms) as longest_wait_ms, sum(talk_ms) as talk_ms, sum(unmatched) as unmatched,
      sum(waiting_ms) as waiting_ms, sum(left_wait_ms) as left_wait_ms
    from queue_hour h join queue q on q.tenant_id = h.tenant_id and q.number = h.queue
    where h.tenant_id = $1 and ${within('hour')} group by 1, 2, 3 order by 1, 2`;
}

/** The same from the calls themselves. */
export function queueSumsOfRows(by: By): string {
  const wait = 'extract(epoch from left_at - entered_at)';
  return `select ${period(by, 'entered_at')} as period, queue, count(*) as offered,
      count(*) filter (where outcome = 'answered') as answered, count(*) filter (where outcome = 'abandoned') as abandoned,
      sum(${wait}) filter (where outcome = 'answered') as answered_wait, sum(${wait}) filter (where outcome = 'abandoned') as abandoned_wait,
      count(*) filter (where outcome = 'answered' and ${wait} <= 20) as in_time, max(${wait}) as longest,
      sum(extract(epoch from talked_until - left_at)) as talk
    from queue_call where tenant_id = $1 and ${within('entered_at')} group by 1, 2 order by 1, 2`;
}

/** What a report of agents is made of, from the roll-ups. */
export function agentSums(by: By): string {
  const lasted = (state: string) => `coalesce(sum(ms) filter (where state = '${state}'), 0) as ${state}`;
  return `select ${period(by, 'hour')} as period, a.code, a.name,
      ${['available', 'ringing', 'talking', 'wrap_up', 'paused', 'logged_in'].map(lasted).join(', ')},
      coalesce(sum(begun) filter (where state = 'ringing'), 0) as offers,
      coalesce(sum(begun) filter (where state = 'talking'), 0) as answered, sum(stray) as stray, sum(ms) as all_ms
    from agent_hour h join agent a on a.tenant_id = h.tenant_id and a.id = h.agent_id
    where h.tenant_id = $1 and ${within('hour')} group by 1, 2, 3 order by 1, 2`;
}
