-- Where an extension's calls go on instead of ringing, or when nobody takes them; null: nowhere.
alter table extension
  add do_not_disturb boolean not null default false,
  add ring_seconds integer not null default 30 check (ring_seconds between 5 and 300),
  add forward_always text,
  add forward_busy text,
  add forward_no_answer text,
  add forward_unreachable text;
