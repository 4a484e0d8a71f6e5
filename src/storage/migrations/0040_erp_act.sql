-- One row per act asked of a provider's ERP, written before the ERP is asked, so that nothing is done twice.
create table erp_act (
  tenant_id integer not null references tenant,
  key text not null,
  act text not null check (act in ('unlock', 'invoice', 'ticket')),
  contract_id text not null,
  -- What the act may happen once in: '2026-11/1' for an unlock, the call otherwise.
  period text not null,
  state text not null check (state in ('running', 'intended', 'done', 'refused', 'nothing', 'unknown')),
  outcome jsonb,
  attempts integer not null,
  call_id text,
  -- The last day on which a done unlock holds.
  holds_until date,
  created_at timestamptz not null,
  sent_at timestamptz not null,
  settled_at timestamptz,
  primary key (tenant_id, key)
);

create index erp_act_of_contract on erp_act (tenant_id, contract_id, act, created_at desc);
create index erp_act_in_doubt on erp_act (sent_at) where state in ('running', 'unknown');
