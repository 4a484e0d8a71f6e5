import pg from 'pg';

/** Numbers of the copies begin so far from those of the demo, and from each other. */
const apart = 1_000_000;

/** Fills a demo's database with copies of its subscribers, contracts and addresses until there are about `count`. */
export async function multiplySubscribers(url: string, count: number): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: string }>('select count(*) from subscriber');
    const copies = Math.round(count / Number(rows[0]?.count ?? 1)) - 1;
    for (const statement of copied(copies)) await client.query(statement);
    // As autovacuum does in the days in which so many are registered.
    await client.query(
      'vacuum analyze subscriber, subscriber_phone, subscriber_email, contract, address, contract_package',
    );
    const { rows: all } = await client.query<{ count: string }>('select count(*) from subscriber');
    return Number(all[0]?.count);
  } finally {
    await client.end();
  }
}

function copied(copies: number): string[] {
  const copy = `generate_series(1, ${copies}) as copy`;
  const moved = (...columns: string[]) => columns.map((column) => `${column} + copy * ${apart}`).join(', ');
  const rest = {
    address: 'tenant_id, district_id, street_type, street, number, complement, postal_code, latitude, longitude',
    subscriber: 'tenant_id, kind, name, trade_name, identity_card, born_on, registered_at',
    contact: 'tenant_id, position',
    contract: `tenant_id, number, plan_id, price_cents, due_day, state, state_since, registered_at, sold_on, activated_at,
      cancelled_at, service_zone_id, connection_interface_id, routing_interface_id, service_port_number,
      service_port_equipment, radius_password, mac, ipv4`,
    package: 'tenant_id, description, price_cents, notes, registered_at',
  };
  const addresses = 'registration_address_id, installation_address_id, fiscal_address_id, billing_address_id';
  return [
    `insert into address (id, ${rest.address}) select ${moved('id')}, ${rest.address} from address, ${copy}`,
    `insert into subscriber (id, code, document, ${rest.subscriber})
       select ${moved('id', 'code')}, lpad((id + copy * ${apart})::text, 11, '0'), ${rest.subscriber} from subscriber, ${copy}`,
    `insert into subscriber_phone (subscriber_id, number, ${rest.contact})
       select ${moved('subscriber_id')}, number, ${rest.contact} from subscriber_phone, ${copy}`,
    `insert into subscriber_email (subscriber_id, address, ${rest.contact})
       select ${moved('subscriber_id')}, address, ${rest.contact} from subscriber_email, ${copy}`,
    `insert into contract (id, subscriber_id, ${addresses}, radius_login, ${rest.contract})
       select ${moved('id', 'subscriber_id', ...addresses.split(', '))}, radius_login || '.' || copy, ${rest.contract}
         from contract, ${copy}`,
    `insert into contract_package (contract_id, ${rest.package})
       select ${moved('contract_id')}, ${rest.package} from contract_package, ${copy}`,
  ];
}
