-- Who may use the APIs and the console. Only hashes of secrets are kept.
create table credential (
  tenant_id integer not null references tenant,
  kind text not null check (kind in ('api', 'console', 'sgp', 'hubsoft', 'intelbras')),
  name text not null,
  -- sha256 of a random token (api, sgp, intelbras), or argon2id of a password (console, hubsoft).
  secret_hash text not null,
  role text,
  -- The second secret of the kinds that have one: hubsoft's client secret, intelbras's password.
  second_hash text,
  -- Made with the demo data: refused on an address that others can reach.
  demo boolean not null default false,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  primary key (tenant_id, kind, name)
);
create index credential_by_secret on credential (kind, secret_hash);
