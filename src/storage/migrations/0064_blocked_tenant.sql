alter table tenant
  -- What programs name the tenant by.
  add column login text generated always as ('central' || id) stored,
  -- Since when no call but one for help is taken or placed; calls in progress go on.
  add column blocked_at timestamptz;
create unique index tenant_by_login on tenant (login);
