-- A phone's number inside the exchange. SIP's digest authentication needs the password itself.
create table extension (
  tenant_id integer not null references tenant,
  number text not null check (number ~ '^[0-9]{2,8}$'),
  password text not null,
  caller_name text not null default '',
  web boolean not null default false,
  -- Rings when a call reaches the exchange and the control plane is not there.
  fallback boolean not null default false,
  -- Made with the demo data: never provisioned on an address that others can reach.
  demo boolean not null default false,
  primary key (tenant_id, number)
);

-- A number that rings several extensions together.
create table ring_group (
  tenant_id integer not null references tenant,
  number text not null,
  name text not null,
  primary key (tenant_id, number)
);

create table ring_group_member (
  tenant_id integer not null,
  group_number text not null,
  extension_number text not null,
  primary key (tenant_id, group_number, extension_number),
  foreign key (tenant_id, group_number) references ring_group on delete cascade,
  foreign key (tenant_id, extension_number) references extension on delete cascade
);

-- What a dialled number that is no extension and no group leads to.
create table inbound_number (
  tenant_id integer not null references tenant,
  number text not null,
  flow text not null,
  primary key (tenant_id, number)
);

-- Weekly opening hours and holidays under a name; the shape is declared in the exchange's schemas.
create table opening_hours (
  tenant_id integer not null references tenant,
  name text not null,
  schedule jsonb not null,
  primary key (tenant_id, name)
);
