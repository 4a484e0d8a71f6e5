-- Who may use the exchange's API for programs: four things must be right at once.
create table api_instance (
  tenant_id integer not null references tenant,
  id bigint generated always as identity,
  login text not null,
  -- sha256 of a random token.
  token_hash text not null unique,
  -- argon2id.
  password_hash text not null,
  -- The one address it may be used from.
  origin inet not null,
  -- Whether it may be used without showing the password.
  password_required boolean not null default true,
  -- Whether it may block other tenants' exchanges.
  administers boolean not null default false,
  -- Made with the demo data: refused on an address that others can reach.
  demo boolean not null default false,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  primary key (tenant_id, id)
);
