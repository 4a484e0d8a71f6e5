create table call (
  tenant_id integer not null references tenant,
  id uuid not null,
  -- The exchange's id of the caller's leg.
  channel_id text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  end_reason text,
  hang_up_cause integer,
  caller_number text not null,
  dialled text not null,
  answered_by text,
  subscriber_id text,
  contract_id text,
  protocols text[] not null default '{}',
  json1 text,
  json2 text,
  json3 text,
  -- What the call's flow needs to go on at its node after a restart.
  flow_state jsonb,
  primary key (tenant_id, id)
);
create unique index call_by_channel on call (tenant_id, channel_id);
create index call_by_start on call (tenant_id, started_at desc, id desc);
create index call_open on call (channel_id) where ended_at is null;

-- One step a caller took: a node of a flow, from entering to leaving it.
create table call_step (
  tenant_id integer not null,
  call_id uuid not null,
  position integer not null,
  flow text not null,
  node text not null,
  kind text not null,
  entered_at timestamptz not null,
  left_at timestamptz,
  exit text,
  digits text,
  primary key (tenant_id, call_id, position),
  foreign key (tenant_id, call_id) references call
);

-- Somebody asked to be called back, known to an ERP or not.
create table callback_request (
  tenant_id integer not null references tenant,
  protocol text not null,
  call_id uuid not null,
  number text not null,
  subscriber_id text,
  contract_id text,
  requested_at timestamptz not null,
  done_at timestamptz,
  primary key (tenant_id, protocol),
  unique (tenant_id, call_id),
  foreign key (tenant_id, call_id) references call
);
