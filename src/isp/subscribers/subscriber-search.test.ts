import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestProvider, testProvider } from '../../../test/helpers/isp.ts';
import { findSubscribers, type SubscriberKey } from './subscriber-search.ts';

let isp: TestProvider;
beforeAll(async () => {
  isp = await testProvider();
  const { db, tenantId } = isp.provider;
  await db.updateTable('subscriber').set({ trade_name: null }).where('tenant_id', '=', tenantId).execute();
  const names = ['José Antônio  Conceição', 'JOSE ANTONIO da Silva', 'Ana 100% Fibra_Net', "Joana D'Ávila", 'Xú'];
  const people = await db.selectFrom('subscriber').select('id').orderBy('id').limit(names.length).execute();
  for (const [index, { id }] of people.entries()) {
    await db
      .updateTable('subscriber')
      .set({ name: names[index] ?? '', trade_name: index === 2 ? 'Fibra Ágil' : null })
      .where('id', '=', id)
      .execute();
  }
});
afterAll(() => isp.close());

async function names(key: SubscriberKey, provider = isp.provider, limit = 10): Promise<string[]> {
  const listed = { withCancelled: false };
  const found = await findSubscribers(provider, { key, listed, order: { by: 'id', descending: false }, limit });
  return found.map((one) => one.name);
}

test.each([
  ['jose antonio', ['José Antônio  Conceição', 'JOSE ANTONIO da Silva']],
  ['CONCEIÇÃO', ['José Antônio  Conceição']],
  ['antônio conceicao'.normalize('NFD'), ['José Antônio  Conceição']],
  ["d'avila", ["Joana D'Ávila"]],
  ['xu', ['Xú']],
  ['100% fibra_net', ['Ana 100% Fibra_Net']],
  ['ana 1', ['Ana 100% Fibra_Net']],
  ['%', ['Ana 100% Fibra_Net']],
  ['_', ['Ana 100% Fibra_Net']],
  ['jo%antonio', []],
  ['jose_antonio', []],
  ['antonio jose', []],
  [`\\`, []],
  // An accent without a letter, of which nothing is left.
  ['\u0301', []],
])('the name "%s" is found in %j', async (value, expected) => {
  expect(await names({ by: 'name', value })).toEqual(expected);
});

test('a trade name is looked for where there is one', async () => {
  expect(await names({ by: 'trade_name', value: 'agil' })).toEqual(['Ana 100% Fibra_Net']);
  expect(await names({ by: 'trade_name', value: 'jose' })).toEqual([]);
});

test("another provider finds none of this one's subscribers, whatever it looks for", async () => {
  const { db } = isp.provider;
  const tenant = { name: 'Outro', time_zone: 'America/Sao_Paulo' };
  const { id } = await db.insertInto('tenant').values(tenant).returning('id').executeTakeFirstOrThrow();
  const contract = await db
    .selectFrom('contract')
    .selectAll()
    .where('id', '=', isp.contractOf('two-contracts'))
    .executeTakeFirstOrThrow();
  const [document = ''] = isp.demo.map((one) => one.document);
  const keys: SubscriberKey[] = [
    { by: 'name', value: 'jose' },
    { by: 'document', value: document },
    { by: 'id', value: contract.subscriber_id },
    { by: 'contract', value: contract.id },
    { by: 'login', value: contract.radius_login ?? '' },
    { by: 'mac', value: contract.mac ?? '' },
    { by: 'ipv4', value: contract.ipv4 ?? '' },
  ];
  for (const key of keys) {
    expect([key.by, (await names(key)).length > 0]).toEqual([key.by, true]);
    expect([key.by, await names(key, { ...isp.provider, tenantId: id })]).toEqual([key.by, []]);
  }
});

test('of several contracts, the one that was looked for comes first', async () => {
  const [first = 0, second = 0] = isp.demo.find((one) => one.situation === 'two-contracts')?.contracts ?? [];
  const listed = { withCancelled: false };
  const order = { by: 'id', descending: false } as const;
  for (const [id, other] of [
    [first, second],
    [second, first],
  ] as const) {
    const [found] = await findSubscribers(isp.provider, {
      key: { by: 'contract', value: id },
      listed,
      order,
      limit: 1,
    });
    expect(found?.contracts.map((contract) => contract.id)).toEqual([id, other]);
  }
});

test('an address is found by the contract that has it for good, and by the session that has it now', async () => {
  const { db } = isp.provider;
  const id = isp.contractOf('active');
  const contract = await db.selectFrom('contract').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const session = db.updateTable('radacct').where('username', '=', contract.radius_login);
  await session.set({ framedipaddress: '203.0.113.77' }).execute();
  const [fixed] = await names({ by: 'ipv4', value: contract.ipv4 ?? '' });
  expect(fixed).toBeDefined();
  expect(await names({ by: 'ipv4', value: '203.0.113.77' })).toEqual([fixed]);
  await session.set({ acctstoptime: isp.clock.now() }).execute();
  expect(await names({ by: 'ipv4', value: '203.0.113.77' })).toEqual([]);
});
