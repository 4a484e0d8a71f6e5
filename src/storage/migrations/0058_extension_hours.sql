-- Outside these hours an extension's phones do not ring for calls to it; null: they always do.
alter table extension
  add hours text,
  add forward_closed text,
  add foreign key (tenant_id, hours) references opening_hours;
