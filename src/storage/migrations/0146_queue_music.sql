-- Whether callers of a queue hear music of its own; the sound lies in the home folder.
alter table queue add column own_music boolean not null default false;
