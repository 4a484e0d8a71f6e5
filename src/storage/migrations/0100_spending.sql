-- Whom a leg to the public network is charged to, what kind of number it called, and which, in E.164; null for every other
-- leg, and for calls for help.
alter table call_leg
  add column charged_to text,
  add column charged_kind text,
  add column charged_number text;
create index call_leg_charged on call_leg (tenant_id, started_at) where charged_to is not null;

-- How much may be called; what has no row here has the product's own limits.
create table spending_limit (
  tenant_id integer not null references tenant,
  scope text not null check (scope in ('extension', 'tenant', 'class', 'prefix')),
  -- An extension, a kind of number, the beginning of a number in E.164; `*`: each that has no limit of its own.
  subject text not null,
  -- Null: as many as one likes.
  calls_per_hour integer check (calls_per_hour >= 0),
  minutes_per_day integer check (minutes_per_day >= 0),
  primary key (tenant_id, scope, subject)
);

-- The last time that a limit was reached.
create table spending_trip (
  tenant_id integer not null references tenant,
  scope text not null,
  subject text not null,
  measure text not null check (measure in ('calls', 'minutes')),
  tripped_at timestamptz not null,
  -- Until then nothing is called that it covers, unless it is reset; what was called before the reset counts no more.
  until timestamptz not null,
  reset_at timestamptz,
  primary key (tenant_id, scope, subject, measure)
);

create trigger tell_exchange after insert or update or delete on spending_limit
  for each row execute function tell_exchange();
create trigger tell_exchange after update on spending_trip
  for each row execute function tell_exchange();
