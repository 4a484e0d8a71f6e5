-- Which control plane decides: one at a time on a database. A connection of the holder's has a lock besides, which ends with it.
create table control_plane_lease (
  only_one boolean primary key default true check (only_one),
  -- Grows with each holder: what was allowed under an earlier one is not any more.
  term bigint not null,
  host text not null,
  pid integer not null,
  home text not null,
  version text not null,
  held_since timestamptz not null,
  -- Grows every second while the holder lives and is awake; the clocks of two machines need not agree for it.
  renewals bigint not null default 0,
  renewed_at timestamptz not null
);
