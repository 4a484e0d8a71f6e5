-- Browsers and apps that a subscriber takes messages by (Web Push). The endpoint is an address at the push service that made
-- it; the keys encrypt what is sent, so that the push service cannot read it (RFC 8291).
create table push_subscription (
  tenant_id integer not null,
  id integer generated always as identity,
  subscriber_id integer not null,
  endpoint text not null check (endpoint like 'https://%'),
  p256dh text not null,
  auth text not null,
  registered_at timestamptz not null,
  -- Null: until the push service says that it has ended.
  expires_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, endpoint),
  foreign key (tenant_id, subscriber_id) references subscriber
);
create index push_subscription_of_subscriber on push_subscription (tenant_id, subscriber_id);

-- By which a push service knows that it is the provider who sends (RFC 8292); made at first need. A subscription is bound to
-- it, so that it never changes.
create table push_key (
  tenant_id integer primary key references tenant,
  public_key text not null,
  private_key text not null,
  created_at timestamptz not null
);

alter table outbox drop constraint outbox_channel_check;
alter table outbox add constraint outbox_channel_check check (channel in ('email', 'sms', 'push'));
