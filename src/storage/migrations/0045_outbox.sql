-- Messages to subscribers that are not yet known to be delivered, and those that were.
create table outbox (
  tenant_id integer not null references tenant,
  id bigint generated always as identity,
  dedupe_key text not null,
  channel text not null check (channel in ('email', 'sms')),
  -- Where it goes, and for e-mail the domain its pace is counted by.
  recipient text not null,
  pace_key text not null,
  -- Subject, text, html, attachments (base64); emptied when the message is sent.
  content jsonb not null,
  state text not null check (state in ('pending', 'sending', 'sent', 'dead')),
  attempts integer not null default 0,
  next_attempt_at timestamptz not null,
  last_error text,
  created_at timestamptz not null,
  sent_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, dedupe_key)
);

create index outbox_due on outbox (next_attempt_at) where state in ('pending', 'sending');
create index outbox_dead on outbox (tenant_id, id) where state = 'dead';
