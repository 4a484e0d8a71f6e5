-- The words that agents of a tenant choose among: why they pause, and what calls were about. None: they say what they like. The
-- shapes are declared in the room's schemas.
create table agent_words (
  tenant_id integer primary key references tenant,
  pauses jsonb not null,
  dispositions jsonb not null
);
