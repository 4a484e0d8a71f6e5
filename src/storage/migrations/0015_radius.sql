-- FreeRADIUS 3's own tables, by its names and types (raddb/mods-config/sql/main/postgresql/schema.sql), so that its stock
-- queries read and write here. They hold no tenant: `contract.radius_login` leads from a user name to its contract.
create table radacct (
  radacctid bigserial primary key,
  acctsessionid text not null,
  acctuniqueid text not null unique,
  username text,
  realm text,
  nasipaddress inet not null,
  nasportid text,
  nasporttype text,
  acctstarttime timestamptz,
  acctupdatetime timestamptz,
  acctstoptime timestamptz,
  acctinterval bigint,
  acctsessiontime bigint,
  acctauthentic text,
  connectinfo_start text,
  connectinfo_stop text,
  acctinputoctets bigint,
  acctoutputoctets bigint,
  calledstationid text,
  callingstationid text,
  acctterminatecause text,
  servicetype text,
  framedprotocol text,
  framedipaddress inet,
  framedipv6address inet,
  framedipv6prefix inet,
  framedinterfaceid text,
  delegatedipv6prefix inet,
  class text
);
create index radacct_active_session_idx on radacct (acctuniqueid) where acctstoptime is null;
create index radacct_bulk_close on radacct (nasipaddress, acctstarttime) where acctstoptime is null;
create index radacct_start_user_idx on radacct (acctstarttime, username);
-- Ours: whether a contract is online, and its history.
create index radacct_open_of_user on radacct (username) where acctstoptime is null;
create index radacct_of_user on radacct (username, acctstarttime);

create table radcheck (
  id serial primary key,
  username text not null default '',
  attribute text not null default '',
  op varchar(2) not null default '==',
  value text not null default ''
);
create index radcheck_username on radcheck (username, attribute);

create table radreply (
  id serial primary key,
  username text not null default '',
  attribute text not null default '',
  op varchar(2) not null default '=',
  value text not null default ''
);
create index radreply_username on radreply (username, attribute);

create table radgroupcheck (
  id serial primary key,
  groupname text not null default '',
  attribute text not null default '',
  op varchar(2) not null default '==',
  value text not null default ''
);
create index radgroupcheck_groupname on radgroupcheck (groupname, attribute);

-- The group of contracts that may not use the network; a provider with a page for debtors gives it other attributes.
insert into radgroupcheck (groupname, attribute, op, value) values ('blocked', 'Auth-Type', ':=', 'Reject');

create table radgroupreply (
  id serial primary key,
  groupname text not null default '',
  attribute text not null default '',
  op varchar(2) not null default '=',
  value text not null default ''
);
create index radgroupreply_groupname on radgroupreply (groupname, attribute);

create table radusergroup (
  id serial primary key,
  username text not null default '',
  groupname text not null default '',
  priority integer not null default 0
);
create index radusergroup_username on radusergroup (username);

create table radpostauth (
  id bigserial primary key,
  username text not null,
  pass text,
  reply text,
  calledstationid text,
  callingstationid text,
  authdate timestamptz not null default now(),
  class text
);

create table nas (
  id serial primary key,
  nasname text not null,
  shortname text not null,
  type text not null default 'other',
  ports integer,
  secret text not null,
  server text,
  community text,
  description text
);
create index nas_nasname on nas (nasname);

create table nasreload (
  nasipaddress inet primary key,
  reloadtime timestamptz not null
);
