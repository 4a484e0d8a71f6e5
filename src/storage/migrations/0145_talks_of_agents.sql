-- An agent stands in a caller's row only if it serves the queue, and then its states must have the talk, whether the queue rang
-- its phone or it took the call otherwise. The function is what it was, but for that condition.
do $$
begin
  execute replace(pg_get_functiondef('queue_hours'::regproc), 'outcome = ''answered'' and offers > 0 and not', 'outcome = ''answered'' and not');
end
$$;
insert into report_stale select distinct tenant_id, hour from queue_hour;
