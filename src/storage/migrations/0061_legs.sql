alter table call
  -- What programs know the call by; the number of the caller's leg in the exchange.
  add column uniqueid text,
  add column direction text not null default 'internal' check (direction in ('inbound', 'outbound', 'internal')),
  add column answered_at timestamptz,
  -- How long, when the call is over: phones rang, the caller waited before the first talk, talked, was on hold.
  add column ring_ms integer,
  add column wait_ms integer,
  add column talk_ms integer,
  add column hold_ms integer;
update call set uniqueid = coalesce(substring(channel_id from '[0-9]+\.[0-9]+$'), channel_id);
alter table call alter column uniqueid set not null;
create index call_by_uniqueid on call (tenant_id, uniqueid);

-- One channel of a call: the caller's own, or one that was placed for it. On the wire each is one INVITE.
create table call_leg (
  tenant_id integer not null,
  call_id uuid not null,
  -- The exchange's id of it.
  channel_id text not null,
  role text not null check (role in ('caller', 'placed')),
  number text not null,
  started_at timestamptz not null,
  ringing_at timestamptz,
  answered_at timestamptz,
  ended_at timestamptz,
  -- Q.850.
  cause integer,
  -- The last time it was put on hold, while it is; how long it was on hold before.
  held_at timestamptz,
  hold_ms integer not null default 0,
  primary key (tenant_id, call_id, channel_id),
  foreign key (tenant_id, call_id) references call
);
