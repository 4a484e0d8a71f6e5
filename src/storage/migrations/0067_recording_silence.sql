alter table recording
  -- From when on it surely went on: its files begin between started_at and here.
  add column running_at timestamptz,
  -- When digits were keyed: neither side of this is heard in what is stored.
  add column silenced tstzmultirange not null default '{}';
