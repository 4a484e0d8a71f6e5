-- Talks are recorded by the extension they are with, the trunk they came or went by (its id), or the queue the caller waited in.
alter table recording_rule add column kind text not null default 'extension' check (kind in ('extension', 'trunk', 'queue'));
alter table recording_rule rename column extension to subject;
alter table recording_rule drop constraint recording_rule_pkey;
alter table recording_rule add primary key (tenant_id, kind, subject);
alter table recording_rule alter column kind drop default;

-- Whichever way rules are changed, the system that records hears of it.
create trigger tell_exchange after insert or update or delete on recording_rule
  for each row execute function tell_exchange();

alter table call
  -- The trunk it came in by, or the last one it was tried on; of one that was removed the number alone is left.
  add column trunk_id integer,
  -- The first flow that the caller was in.
  add column flow text,
  -- The last queue that the caller waited in, and how long in all.
  add column queue text,
  add column queue_ms integer;
