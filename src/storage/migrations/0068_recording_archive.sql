alter table recording
  -- Since when the object store has both files for certain; they are in the home no more.
  add column archived_at timestamptz,
  -- How often that was tried in vain.
  add column archive_tries integer not null default 0;
create index recording_unarchived on recording (tenant_id, archive_tries, ended_at) where state = 'stored' and archived_at is null;
