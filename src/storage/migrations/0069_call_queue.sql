-- How long callers waited is in queue_call, which knows of each queue.
alter table call drop column queue_ms;
