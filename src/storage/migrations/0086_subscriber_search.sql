-- Subscribers are found by any part of a name, whatever its accents and case. An operator's PostgreSQL may lack pg_trgm and
-- unaccent, or forbid CREATE EXTENSION, so both are made of what every PostgreSQL has: a column in the form that is
-- compared, and a GIN index of the runs of three characters in it. The bodies are parsed here (BEGIN ATOMIC) because
-- PostgreSQL maintains indexes with an empty search path.

-- A name as it is compared: without accents, in small letters, with single blanks. The collation is C so that an upgrade of
-- the system's locales changes nothing that is stored.
create function search_form(name text) returns text
language sql immutable strict parallel safe
begin atomic
  select btrim(regexp_replace(regexp_replace(
    lower(normalize(name, NFKD) collate "C"), '[\u0300-\u036f]', '', 'g'), '\s+', ' ', 'g'));
end;

-- The runs of three characters in a search form, each with its tenant, since the index serves all of them.
create function search_grams(tenant_id integer, form text) returns text[]
language sql immutable strict parallel safe
begin atomic
  select coalesce(array_agg(distinct tenant_id || ':' || substr(form, at, 3) collate "C"), '{}')
    from generate_series(1, length(form) - 2) at;
end;

alter table subscriber
  add name_form text not null generated always as (search_form(name)) stored,
  add trade_name_form text generated always as (search_form(trade_name)) stored;
create index subscriber_name_grams on subscriber using gin (search_grams(tenant_id, name_form));
create index subscriber_trade_name_grams on subscriber using gin (search_grams(tenant_id, trade_name_form))
  where trade_name_form is not null;

-- The other ways in which programs look for a subscriber, and the order in which they list all of them.
create index subscriber_by_registration on subscriber (tenant_id, registered_at, id);
-- For numbers without country or area code.
create index subscriber_phone_ending on subscriber_phone (tenant_id, (reverse(number) collate "C"));
create index contract_ipv4 on contract (tenant_id, ipv4) where ipv4 is not null;
create index contract_mac on contract (tenant_id, mac) where mac is not null;
-- Whose an address is right now.
create index radacct_open_of_address on radacct (framedipaddress) where acctstoptime is null;
-- Who has no contract but cancelled ones is listed only when asked for.
create index contract_cancelled on contract (tenant_id, subscriber_id) where state = 'cancelled';
