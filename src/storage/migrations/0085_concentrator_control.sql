-- How a concentrator takes our Disconnect- and CoA-Requests (RFC 5176). Apart from `equipment`, so that whatever shows or
-- hands out equipment never has the secret in its hands; in clear, as RADIUS needs it (docs/adr/0012).
create table concentrator_control (
  tenant_id integer not null,
  equipment_id integer not null,
  -- Where it is reached; null: at the address it has as equipment, which it gives in accounting as its own.
  address inet,
  port integer not null default 3799 check (port between 1 and 65535),
  secret text not null check (secret <> ''),
  -- When it last answered, to the day; null: never since this was set. Only one that has answered can be silent.
  answered_at timestamptz,
  primary key (tenant_id, equipment_id),
  foreign key (tenant_id, equipment_id) references equipment
);
