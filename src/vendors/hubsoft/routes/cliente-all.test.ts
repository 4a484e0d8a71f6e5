import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import type { BackOffice, SubscriberDossier } from '../../../isp/service.ts';
import type { ApiCall } from '../route.ts';
import { clienteAll } from './cliente-all.ts';

const subscriber = {
  code: 1,
  kind: 'person',
  name: 'Helena Jatobá',
  tradeName: null,
  document: '05333614622',
  identityCard: null,
  identityCardIssuedOn: null,
  bornOn: null,
  municipalRegistration: null,
  stateRegistration: null,
  registeredAt: new Date('2020-01-01T12:00:00Z'),
  phones: [],
  emails: [],
  notices: [],
  contracts: [],
} as const satisfies Omit<SubscriberDossier, 'id'>;

let asked: number;
let failsAfter: number;
const office = {
  timeZone: 'America/Sao_Paulo',
  listedSubscriberIds: async () => Array.from({ length: 20_000 }, (_, index) => index + 1),
  subscriberDossiers: async (ids: readonly number[]) => {
    asked += 1;
    if (asked > failsAfter) throw new Error('the database is gone');
    // As when one was removed meanwhile.
    return ids.filter((id) => id !== 200).map((id) => ({ ...subscriber, id }));
  },
} as unknown as BackOffice;

beforeEach(() => {
  asked = 0;
  failsAfter = Infinity;
});

async function open(): Promise<Readable> {
  const list = await clienteAll.run(
    { office } as ApiCall,
    { limit: 20_000, order_by: 'data_cadastro', order_type: 'asc' } as never,
  );
  if (!(list instanceof Readable)) throw new Error('It is no stream.');
  return list;
}

test('a program that reads slowly is not read ahead for', async () => {
  const list = await open();
  for (let i = 0; i < 50; i++) await turn();
  expect(asked).toBeLessThan(3);
  for await (const _chunk of list.iterator({ destroyOnReturn: true })) if (asked > 9) break;
  expect(asked).toBe(10);
  for (let i = 0; i < 50; i++) await turn();
  expect(asked).toBe(10);
});

test('all subscribers are in one list, in order', async () => {
  const { clientes } = JSON.parse(await text(await open())) as { clientes: { id_cliente: number }[] };
  expect(asked).toBe(200);
  expect(clientes).toHaveLength(19_999);
  expect(clientes.every((each, index) => index === 0 || each.id_cliente > (clientes[index - 1]?.id_cliente ?? 0))).toBe(
    true,
  );
});

test('a list that breaks off has no end, so that nobody takes it for whole', async () => {
  failsAfter = 3;
  await expect(text(await open())).rejects.toThrow('the database is gone');
});
