-- How long recordings are kept.
alter table tenant add column recording_days integer not null default 90 check (recording_days between 1 and 3650);

-- Extensions whose talks are recorded.
create table recording_rule (
  tenant_id integer not null references tenant,
  extension text not null,
  primary key (tenant_id, extension)
);

-- One talk that was recorded. Its name is its path below the tenant's folder, without what tells the kind of file.
create table recording (
  tenant_id integer not null references tenant,
  name text not null,
  call_id uuid not null,
  -- The leg whose talk it is, and what the exchange calls the recording while it goes on.
  leg_id text not null,
  spool_name text not null,
  state text not null check (state in ('running', 'paused', 'stored', 'failed', 'removed')),
  started_at timestamptz not null,
  ended_at timestamptz,
  -- Of the file that programs download.
  bytes integer,
  -- Of the stereo file, when it was stored.
  sha256 text,
  -- Kept whatever the tenant's days say.
  held boolean not null default false,
  primary key (tenant_id, name),
  foreign key (tenant_id, call_id) references call
);
create index recording_by_call on recording (tenant_id, call_id);
create index recording_by_end on recording (ended_at) where state = 'stored' and not held;
create index recording_open on recording (call_id) where state in ('running', 'paused');
