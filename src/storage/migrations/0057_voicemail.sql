-- Whether callers may leave messages for an extension, and what becomes of them.
create table voicemail_box (
  tenant_id integer not null,
  extension text not null,
  enabled boolean not null default false,
  -- Where messages are sent to besides.
  email text,
  -- Of the digits by which it is heard from another phone; without, it is not.
  pin_hash text,
  primary key (tenant_id, extension),
  foreign key (tenant_id, extension) references extension on delete cascade
);
create trigger tell_exchange after insert or update or delete on voicemail_box
  for each row execute function tell_exchange();

-- A message that somebody leaves or left; what was said is in a file below the home folder, named by the id.
create table voicemail_message (
  tenant_id integer not null references tenant,
  id uuid not null,
  extension text not null,
  call_id uuid not null,
  caller_number text not null,
  state text not null check (state in ('recording', 'stored')),
  started_at timestamptz not null,
  duration_ms integer,
  bytes integer,
  heard_at timestamptz,
  primary key (tenant_id, id),
  check (state = 'recording' or (duration_ms is not null and bytes is not null))
);
create index voicemail_of_extension on voicemail_message (tenant_id, extension, started_at);
create index voicemail_open on voicemail_message (call_id) where state = 'recording';

-- How long messages are kept.
alter table tenant add voicemail_days integer not null default 90 check (voicemail_days between 1 and 3650);
