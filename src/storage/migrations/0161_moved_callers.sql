-- Since when a caller has waited who was moved here from another queue; null: since `entered_at`, which stays when the caller
-- came into this one.
alter table queue_call add column waited_since timestamptz;
