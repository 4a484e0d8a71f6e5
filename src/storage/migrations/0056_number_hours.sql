-- Outside these hours a number leads elsewhere.
alter table inbound_number
  add hours text,
  add closed_flow text,
  add closed_target text,
  add foreign key (tenant_id, hours) references opening_hours,
  add check ((hours is null) = (closed_flow is null and closed_target is null)),
  add check (closed_flow is null or closed_target is null);
