-- A link to the call in the ticket that the call opened is an act on the ERP too.
alter table erp_act drop constraint erp_act_act_check;
alter table erp_act add constraint erp_act_act_check check (act in ('unlock', 'invoice', 'ticket', 'link'));

create index erp_act_tickets_of_call on erp_act (tenant_id, call_id) where act = 'ticket' and call_id is not null;
create index erp_act_tickets_opened on erp_act (tenant_id, created_at) where act = 'ticket' and call_id is not null;
