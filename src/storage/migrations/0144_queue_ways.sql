-- Where else callers go whom a queue does not serve, and what is said to who waits.
alter table queue
  add column overflow_flow text,
  add column overflow_extension text,
  -- Sentences of the queue's own, said in turn.
  add column sentences text[] not null default '{}',
  -- After so long it is offered to be called back.
  add column callback_after_seconds integer not null default 0 check (callback_after_seconds between 0 and 3600);

alter table queue drop constraint queue_overflow_check;
-- Of the overflow and the queue that it leads into.
alter table queue drop constraint queue_check;
alter table queue
  add check (overflow in ('exit', 'queue', 'callback', 'flow', 'voicemail')),
  add check ((overflow = 'queue') = (overflow_queue is not null)),
  add check ((overflow = 'flow') = (overflow_flow is not null)),
  add check ((overflow = 'voicemail') = (overflow_extension is not null));
