-- What agents' programs are told as it happens, numbered by tenant. A number is given out by the transaction that writes
-- its event and holds the tenant's counter until it commits: so events are seen in the order of their numbers, and none
-- before one that has a smaller number.
create table live_counter (
  tenant_id integer primary key references tenant,
  last bigint not null default 0,
  -- Events up to this number are no longer kept.
  dropped bigint not null default 0
);

create table live_event (
  tenant_id integer not null references tenant,
  id bigint not null,
  at timestamptz not null,
  -- Whom or what it is about, such as `extension/1001`.
  topic text not null,
  type text not null,
  data jsonb not null,
  primary key (tenant_id, id)
);
create index live_event_by_age on live_event (at);
