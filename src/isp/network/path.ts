/**
 * SQL: a contract's way to the network. To a contract `c` join its two interfaces `ci` and `ri`, their equipment `ce` and
 * `re`, and the district `d` that it is installed in.
 */
export const joinedPath = `
      join address a on a.tenant_id = c.tenant_id and a.id = c.installation_address_id
      join district d on d.tenant_id = a.tenant_id and d.id = a.district_id
      left join network_interface ci on ci.tenant_id = c.tenant_id and ci.id = c.connection_interface_id
      left join equipment ce on ce.tenant_id = ci.tenant_id and ce.id = ci.equipment_id
      left join network_interface ri on ri.tenant_id = c.tenant_id and ri.id = c.routing_interface_id
      left join equipment re on re.tenant_id = ri.tenant_id and re.id = ri.equipment_id`;

/** SQL: whether a maintenance `w` is on that way: both interfaces, their equipment and POPs, the service zone, the place. */
export const isOnPath = `(w.pop_id in (ce.pop_id, re.pop_id) or w.equipment_id in (ce.id, re.id)
             or w.interface_id in (ci.id, ri.id) or w.service_zone_id = c.service_zone_id
             or w.city_id = d.city_id or w.district_id = d.id)`;
