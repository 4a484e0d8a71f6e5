-- All that falls due within some days, paid or not.
create index invoice_by_due on invoice (tenant_id, due_on, id);
