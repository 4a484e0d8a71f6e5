-- Several exchanges on one installation. Programs name a tenant by its login, and phones of all but the first register in
-- a domain of this name: `sip:100@acme`. It is part of names in Asterisk, and begins like no address.
alter table tenant drop column login;
alter table tenant
  add column chosen_login text check (chosen_login ~ '^[a-z]([a-z0-9.-]{0,38}[a-z0-9])?$' and chosen_login !~ '^web($|[.])');
alter table tenant add column login text not null generated always as (coalesce(chosen_login, 'central' || id)) stored;
create unique index tenant_by_login on tenant (login);

-- Whichever way tenants are made or blocked, the system that serves them hears of it (`LISTEN tenant_changed`).
create function tell_of_tenant() returns trigger language plpgsql as $$
begin
  perform pg_notify('tenant_changed', new.id::text);
  return null;
end
$$;
create trigger tell_of_tenant after insert or update on tenant
  for each row execute function tell_of_tenant();
