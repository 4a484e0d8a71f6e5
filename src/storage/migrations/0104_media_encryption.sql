-- Whether talk is encrypted with keys that stand in SIP: where the other side can, or no call without.
alter table extension
  add media_encryption text not null default 'optional' check (media_encryption in ('off', 'optional', 'required'));

alter table trunk
  add media_encryption text not null default 'off' check (media_encryption in ('off', 'optional', 'required')),
  drop constraint trunk_transport_check,
  add constraint trunk_transport_check check (transport in ('udp', 'tcp', 'tls'));
