-- A dead letter that a person gave up: it is not sent, and its key is not free either.
alter table outbox drop constraint outbox_state_check;
alter table outbox add constraint outbox_state_check
  check (state in ('pending', 'sending', 'sent', 'dead', 'discarded'));

-- What is over is deleted after some days.
create index outbox_over on outbox (created_at) where state in ('sent', 'discarded');
