-- A line an hour for each agent, one for each queue that the agent was rung for, and one for each reason of a pause: a report reads
-- what it shows and nothing else. Numbers of one agent's hour fit in four bytes, and PostgreSQL sums those in eight.
alter table agent_hour rename to agent_state_hour;
alter table agent_state_hour rename constraint agent_hour_pkey to agent_state_hour_pkey;

create table agent_hour (
  tenant_id integer not null references tenant,
  hour timestamptz not null,
  agent_id integer not null,
  -- How much of the hour: in any state, logged out too; and in each of those that are told of.
  all_ms integer not null,
  logged_in_ms integer not null,
  available_ms integer not null,
  ringing_ms integer not null,
  talking_ms integer not null,
  wrap_up_ms integer not null,
  paused_ms integer not null,
  -- How often the phone began to ring, and talks by way of a queue began.
  offers integer not null,
  answered integer not null,
  -- Talks begun by way of a queue in which no caller is known.
  stray integer not null,
  primary key (tenant_id, hour, agent_id)
);

create table agent_queue_hour (
  tenant_id integer not null references tenant,
  hour timestamptz not null,
  queue text not null,
  agent_id integer not null,
  ringing_ms integer not null,
  talking_ms integer not null,
  wrap_up_ms integer not null,
  offers integer not null,
  answered integer not null,
  primary key (tenant_id, hour, queue, agent_id)
);

create table agent_pause_hour (
  tenant_id integer not null references tenant,
  hour timestamptz not null,
  agent_id integer not null,
  -- Empty: none.
  reason text not null,
  paused_ms integer not null,
  -- How many began.
  pauses integer not null,
  primary key (tenant_id, hour, agent_id, reason)
);

insert into agent_hour
select tenant_id, hour, agent_id, sum(ms), coalesce(sum(ms) filter (where state = 'logged_in'), 0),
  coalesce(sum(ms) filter (where state = 'available'), 0), coalesce(sum(ms) filter (where state = 'ringing'), 0),
  coalesce(sum(ms) filter (where state = 'talking'), 0), coalesce(sum(ms) filter (where state = 'wrap_up'), 0),
  coalesce(sum(ms) filter (where state = 'paused'), 0), coalesce(sum(begun) filter (where state = 'ringing'), 0),
  coalesce(sum(begun) filter (where state = 'talking' and queue <> ''), 0), sum(stray)
from agent_state_hour group by tenant_id, hour, agent_id;

insert into agent_queue_hour
select tenant_id, hour, queue, agent_id, coalesce(sum(ms) filter (where state = 'ringing'), 0),
  coalesce(sum(ms) filter (where state = 'talking'), 0), coalesce(sum(ms) filter (where state = 'wrap_up'), 0),
  coalesce(sum(begun) filter (where state = 'ringing'), 0), coalesce(sum(begun) filter (where state = 'talking'), 0)
from agent_state_hour where queue <> '' group by tenant_id, hour, queue, agent_id;

insert into agent_pause_hour
select tenant_id, hour, agent_id, reason, sum(ms), sum(begun)
from agent_state_hour where state = 'paused' group by tenant_id, hour, agent_id, reason;

drop function agent_hours;
drop table agent_state_hour;

-- Nearly all states last less than an hour, so that an hour's are found without reading a day's.
drop index agent_state_long;
create index agent_state_long on agent_state (tenant_id, ended_at) where ended_at - started_at > interval '1 hour';

-- The parts of agents' states that lie in the hours from one to before another: of states that have ended, or, told until when, of those that
-- have not.
create function agent_spans(of_tenant integer, from_hour timestamptz, until_hour timestamptz, so_far timestamptz)
returns table (hour timestamptz, agent_id integer, state text, reason text, queue text, call_id uuid, ms integer, began boolean)
language sql stable parallel safe as $$
  with lasted as (
    select * from agent_state
    where so_far is null and tenant_id = of_tenant and ended_at - started_at <= interval '1 hour'
      and started_at >= from_hour - interval '1 hour' and started_at < until_hour and ended_at >= from_hour
    union all
    select * from agent_state
    where so_far is null and tenant_id = of_tenant and ended_at - started_at > interval '1 hour'
      and ended_at >= from_hour and started_at < until_hour
    union all
    select * from agent_state
    where so_far is not null and tenant_id = of_tenant and ended_at is null and started_at < least(until_hour, so_far)
  )
  select touched.hour, agent_id, state, coalesce(reason, ''), coalesce(queue, ''), call_id,
    ms_between(greatest(started_at, touched.hour), least(coalesce(ended_at, so_far), touched.hour + interval '1 hour'))::integer,
    touched.hour = hour_of(started_at)
  from lasted
  cross join lateral generate_series(
    greatest(hour_of(started_at), from_hour), least(hour_of(coalesce(ended_at, so_far)), until_hour - interval '1 hour'), '1 hour'
  ) as touched (hour)
$$;

create function agent_hours(of_tenant integer, from_hour timestamptz, until_hour timestamptz, so_far timestamptz)
returns setof agent_hour language sql stable parallel safe rows 100 set jit = off as $$
  select of_tenant, hour, agent_id, sum(ms), coalesce(sum(ms) filter (where state = 'logged_in'), 0),
    coalesce(sum(ms) filter (where state = 'available'), 0), coalesce(sum(ms) filter (where state = 'ringing'), 0),
    coalesce(sum(ms) filter (where state = 'talking'), 0), coalesce(sum(ms) filter (where state = 'wrap_up'), 0),
    coalesce(sum(ms) filter (where state = 'paused'), 0), count(*) filter (where began and state = 'ringing'),
    count(*) filter (where began and state = 'talking' and queue <> ''),
    count(*) filter (where began and so_far is null and state = 'talking' and queue <> '' and call_id is not null
      and not exists (select from queue_call as call where call.tenant_id = of_tenant and call.call_id = span.call_id)
      and not exists (select from queue_callback as back where back.tenant_id = of_tenant and back.call_id = span.call_id))
  from agent_spans(of_tenant, from_hour, until_hour, so_far) as span group by hour, agent_id
$$;

create function agent_queue_hours(of_tenant integer, from_hour timestamptz, until_hour timestamptz, so_far timestamptz)
returns setof agent_queue_hour language sql stable parallel safe rows 100 set jit = off as $$
  select of_tenant, hour, queue, agent_id, coalesce(sum(ms) filter (where state = 'ringing'), 0),
    coalesce(sum(ms) filter (where state = 'talking'), 0), coalesce(sum(ms) filter (where state = 'wrap_up'), 0),
    count(*) filter (where began and state = 'ringing'), count(*) filter (where began and state = 'talking')
  from agent_spans(of_tenant, from_hour, until_hour, so_far) where queue <> '' group by hour, queue, agent_id
$$;

create function agent_pause_hours(of_tenant integer, from_hour timestamptz, until_hour timestamptz, so_far timestamptz)
returns setof agent_pause_hour language sql stable parallel safe rows 100 set jit = off as $$
  select of_tenant, hour, agent_id, reason, sum(ms), count(*) filter (where began)
  from agent_spans(of_tenant, from_hour, until_hour, so_far) where state = 'paused' group by hour, agent_id, reason
$$;

-- One function that is not said to be safe keeps a whole report from being read in parallel.
alter function queue_hours parallel safe;
