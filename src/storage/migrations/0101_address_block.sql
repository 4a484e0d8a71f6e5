-- Addresses from which nothing is heard over SIP, since passwords were guessed from there. They are the installation's: phones of
-- all tenants come in by one door.
create table address_block (
  -- An address, or a network of IPv6's 64 bits.
  network text primary key,
  blocked_at timestamptz not null,
  until timestamptz not null,
  -- How often it was blocked in a row: each time twice as long.
  times integer not null default 1,
  reason text not null check (reason in ('guessing', 'by_hand'))
);

create function tell_blocks() returns trigger language plpgsql as $$
begin
  perform pg_notify('blocks_changed', '');
  return null;
end
$$;
create trigger tell_blocks after insert or update or delete on address_block
  for each statement execute function tell_blocks();
