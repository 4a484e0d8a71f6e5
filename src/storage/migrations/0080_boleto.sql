-- What the printed boleto says of the one who is paid, besides what its codes name: the address, and the provider's own
-- instructions, a line each.
alter table billing_account
  add column beneficiary_address text,
  add column instructions text;

-- Until when the address of an invoice's PDF works; null: as long as the invoice is there.
alter table invoice add column link_expires_at timestamptz;
