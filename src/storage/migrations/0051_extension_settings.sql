-- What an extension is besides a number and a password. `both`: desk phones and browsers register as it.
alter table extension
  add kind text not null default 'sip' check (kind in ('sip', 'web', 'both')),
  add enabled boolean not null default true,
  -- How many phones may be registered on it at once.
  add devices integer not null default 5 check (devices between 1 and 20),
  -- The name that another system knows its user by.
  add internal_id text check (internal_id <> ''),
  -- The kinds of numbers it may call; emergency numbers need none.
  add classes text[] not null default '{internal,local,national,mobile}';
update extension set kind = 'web' where web;
alter table extension drop column web;
create unique index extension_by_internal_id on extension (tenant_id, internal_id);

-- Whichever way numbers are changed, the exchange that serves them hears of it (`LISTEN exchange_changed`).
create function tell_exchange() returns trigger language plpgsql as $$
begin
  perform pg_notify('exchange_changed', coalesce(new.tenant_id, old.tenant_id)::text);
  return null;
end
$$;
create trigger tell_exchange after insert or update or delete on extension
  for each row execute function tell_exchange();
create trigger tell_exchange after insert or update or delete on ring_group
  for each row execute function tell_exchange();
create trigger tell_exchange after insert or update or delete on ring_group_member
  for each row execute function tell_exchange();
create trigger tell_exchange after insert or update or delete on inbound_number
  for each row execute function tell_exchange();
create trigger tell_exchange after insert or update or delete on opening_hours
  for each row execute function tell_exchange();
