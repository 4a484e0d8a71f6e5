alter table call
  -- What a program that asked for the call was given to find it by.
  add column request_id text,
  -- Orders calls that ended in the same instant, and is their number for programs.
  add column serial bigint generated always as identity;
create unique index call_by_serial on call (tenant_id, serial);
create unique index call_by_request on call (tenant_id, request_id) where request_id is not null;
-- Reports are read by the time calls ended: whoever reads on from the last second misses none, however long calls take.
create index call_by_end on call (tenant_id, ended_at, serial) where ended_at is not null;
