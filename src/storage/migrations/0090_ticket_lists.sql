-- All tickets and all service orders are listed page by page, in the order in which they were opened; orders also by when they
-- are scheduled, those that are not yet by when they were opened.
create index ticket_by_opening on ticket (tenant_id, opened_at, id);
create index service_order_by_opening on service_order (tenant_id, opened_at, id);
create index service_order_by_schedule on service_order (tenant_id, (coalesce(scheduled_from, opened_at)), id);
