-- Reports read what each hour came to instead of every caller. An hour is worked out anew from the rows whenever one that
-- touches it has changed; until then reports work it out themselves. Only what is over is in here.
create table queue_hour (
  tenant_id integer not null references tenant,
  hour timestamptz not null,
  queue text not null,
  -- Of those who came in this hour, whenever they left.
  offered bigint not null,
  answered bigint not null,
  abandoned bigint not null,
  overflowed bigint not null,
  called_back bigint not null,
  lost bigint not null,
  -- Answered within the queue's service level.
  in_time bigint not null,
  answered_wait_ms bigint not null,
  abandoned_wait_ms bigint not null,
  longest_wait_ms bigint not null,
  talk_ms bigint not null,
  -- Answered by an agent whom the queue rang, of whom no such talk is known, to two seconds.
  unmatched bigint not null,
  -- How long all together waited within this hour.
  waiting_ms bigint not null,
  -- How long those had waited who left in this hour; and those, so far, who still waited at its end.
  left_wait_ms bigint not null,
  age_ms bigint not null,
  primary key (tenant_id, hour, queue)
);

create table agent_hour (
  tenant_id integer not null references tenant,
  hour timestamptz not null,
  agent_id integer not null,
  state text not null,
  -- Empty: none.
  reason text not null,
  queue text not null,
  -- How much of the hour.
  ms bigint not null,
  -- How often it began in this hour.
  begun bigint not null,
  -- Talks begun by way of a queue in which no caller is known.
  stray bigint not null,
  primary key (tenant_id, hour, agent_id, state, reason, queue)
);

-- Hours of which a row has changed since they were worked out: one line a change, so that who marks never waits for who works out.
create table report_stale (
  tenant_id integer not null,
  hour timestamptz not null
);
create index report_stale_by_hour on report_stale (tenant_id, hour);

create index queue_call_long on queue_call (tenant_id, left_at) where left_at - entered_at > interval '1 day';
create index queue_call_talking on queue_call (tenant_id, entered_at) where outcome = 'answered' and talked_until is null;
create index agent_state_long on agent_state (tenant_id, ended_at) where ended_at - started_at > interval '1 day';
create index agent_state_by_call on agent_state (tenant_id, call_id) where call_id is not null;

create function hour_of(instant timestamptz) returns timestamptz language sql immutable parallel safe
return date_trunc('hour', instant, 'UTC');

create function ms_between(earlier timestamptz, later timestamptz) returns bigint language sql immutable parallel safe
return (extract(epoch from later - earlier) * 1000)::bigint;

-- What the hours from one to before another came to, by the rows themselves. The settings keep the functions from becoming part of the statements
-- that use them, whose plans they would spoil: nearly always there is nothing, or one hour, for them to do.
create function queue_hours(of_tenant integer, from_hour timestamptz, until_hour timestamptz) returns setof queue_hour
language sql stable rows 10 set jit = off as $$
  with ended as (
    select * from queue_call
    where tenant_id = of_tenant and left_at - entered_at <= interval '1 day'
      and entered_at >= from_hour - interval '1 day' and entered_at < until_hour and left_at >= from_hour
    union all
    select * from queue_call
    where tenant_id = of_tenant and left_at - entered_at > interval '1 day' and left_at >= from_hour and entered_at < until_hour
  ), told as (
    select ended.*, ms_between(entered_at, left_at) as wait_ms,
      left_at - entered_at <= make_interval(secs => coalesce(rule.service_level_seconds, 20)) as is_in_time,
      agent_id is not null and outcome = 'answered' and offers > 0 and not (
        exists (
          select from agent_state as talk
          where talk.tenant_id = of_tenant and talk.call_id = ended.call_id and talk.agent_id = ended.agent_id
            and talk.state = 'talking' and talk.started_at between left_at - interval '2 s' and left_at + interval '2 s')
        and (talked_until is null or exists (
          select from agent_state as talk
          where talk.tenant_id = of_tenant and talk.call_id = ended.call_id and talk.agent_id = ended.agent_id
            and talk.state = 'talking' and talk.ended_at between talked_until - interval '2 s' and talked_until + interval '2 s'))
      ) as is_unmatched
    from ended left join queue as rule on rule.tenant_id = of_tenant and rule.number = ended.queue
  )
  select of_tenant, touched.hour, queue,
    count(*) filter (where came),
    count(*) filter (where came and outcome = 'answered'),
    count(*) filter (where came and outcome = 'abandoned'),
    count(*) filter (where came and outcome = 'overflowed'),
    count(*) filter (where came and outcome = 'callback'),
    count(*) filter (where came and outcome = 'lost'),
    count(*) filter (where came and outcome = 'answered' and is_in_time),
    coalesce(sum(wait_ms) filter (where came and outcome = 'answered'), 0)::bigint,
    coalesce(sum(wait_ms) filter (where came and outcome = 'abandoned'), 0)::bigint,
    coalesce(max(wait_ms) filter (where came), 0),
    coalesce(sum(ms_between(left_at, talked_until)) filter (where came and outcome = 'answered'), 0)::bigint,
    count(*) filter (where came and is_unmatched),
    sum(ms_between(greatest(entered_at, touched.hour), least(left_at, touched.next)))::bigint,
    coalesce(sum(wait_ms) filter (where left_at < touched.next), 0)::bigint,
    coalesce(sum(ms_between(entered_at, touched.next)) filter (where left_at >= touched.next), 0)::bigint
  from told
  cross join lateral (
    select hour, hour + interval '1 hour' as next, hour = hour_of(entered_at) as came
    from generate_series(greatest(hour_of(entered_at), from_hour), least(hour_of(left_at), until_hour - interval '1 hour'), '1 hour')
      as hour
  ) as touched
  group by touched.hour, queue
$$;

create function agent_hours(of_tenant integer, from_hour timestamptz, until_hour timestamptz) returns setof agent_hour
language sql stable rows 100 set jit = off as $$
  with ended as (
    select * from agent_state
    where tenant_id = of_tenant and ended_at - started_at <= interval '1 day'
      and started_at >= from_hour - interval '1 day' and started_at < until_hour and ended_at >= from_hour
    union all
    select * from agent_state
    where tenant_id = of_tenant and ended_at - started_at > interval '1 day' and ended_at >= from_hour and started_at < until_hour
  )
  select of_tenant, touched.hour, agent_id, state, coalesce(reason, ''), coalesce(queue, ''),
    sum(ms_between(greatest(started_at, touched.hour), least(ended_at, touched.hour + interval '1 hour')))::bigint,
    count(*) filter (where touched.began),
    count(*) filter (where touched.began and state = 'talking' and queue is not null and call_id is not null
      and not exists (select from queue_call as call where call.tenant_id = of_tenant and call.call_id = ended.call_id)
      and not exists (select from queue_callback as back where back.tenant_id = of_tenant and back.call_id = ended.call_id))
  from ended
  cross join lateral (
    select hour, hour = hour_of(started_at) as began
    from generate_series(greatest(hour_of(started_at), from_hour), least(hour_of(ended_at), until_hour - interval '1 hour'), '1 hour')
      as hour
  ) as touched
  group by touched.hour, agent_id, state, coalesce(reason, ''), coalesce(queue, '')
$$;

create function mark_report_stale() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'queue_call' then
    insert into report_stale
    select distinct tenant_id, hour
    from changed cross join lateral generate_series(hour_of(entered_at), hour_of(left_at), '1 hour') as hour
    where left_at is not null;
  elsif tg_table_name = 'agent_state' then
    insert into report_stale
    select distinct tenant_id, hour
    from changed cross join lateral generate_series(hour_of(started_at), hour_of(ended_at), '1 hour') as hour
    where ended_at is not null;
  end if;
  return null;
end
$$;
create trigger queue_call_added after insert on queue_call
  referencing new table as changed for each statement execute function mark_report_stale();
create trigger queue_call_changed after update on queue_call
  referencing new table as changed for each statement execute function mark_report_stale();
create trigger queue_call_left after update on queue_call
  referencing old table as changed for each statement execute function mark_report_stale();
create trigger queue_call_removed after delete on queue_call
  referencing old table as changed for each statement execute function mark_report_stale();
create trigger agent_state_added after insert on agent_state
  referencing new table as changed for each statement execute function mark_report_stale();
create trigger agent_state_changed after update on agent_state
  referencing new table as changed for each statement execute function mark_report_stale();
create trigger agent_state_left after update on agent_state
  referencing old table as changed for each statement execute function mark_report_stale();
create trigger agent_state_removed after delete on agent_state
  referencing old table as changed for each statement execute function mark_report_stale();

-- Another service level judges everything anew that the queue ever was.
create function mark_queue_stale() returns trigger language plpgsql as $$
declare
  changed queue := coalesce(new, old);
begin
  insert into report_stale select tenant_id, hour from queue_hour where tenant_id = changed.tenant_id and queue = changed.number;
  return null;
end
$$;
create trigger queue_service_level_changed after update of service_level_seconds on queue
  for each row when (old.service_level_seconds <> new.service_level_seconds) execute function mark_queue_stale();
create trigger queue_service_level_known after insert or delete on queue
  for each row execute function mark_queue_stale();
