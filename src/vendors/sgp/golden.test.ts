import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedSgp, servedSgp } from '../../../test/helpers/sgp.ts';
import type { DemoSituation } from '../../isp/demo/situations.ts';

/** One sample of the source document, with people who do not exist. */
interface Golden {
  readonly section: number;
  readonly method: string;
  /** Who is asked about; null: a contract there is not. */
  readonly situation: DemoSituation | null;
  readonly by: 'contrato' | 'cpfcnpj';
  readonly request: object;
  readonly answer: object;
  /** The places in it whose values are the same whoever is asked about. */
  readonly equal: readonly string[];
  /** Fields that later versions send besides, after those of the document, by the place they are in. */
  readonly later: Readonly<Record<string, readonly string[]>>;
}

const folder = new URL('golden/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
const goldens = names.map((name) => {
  const golden = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Golden;
  return { name: name.replace('.json', ''), golden };
});

let sgp: ServedSgp;
beforeAll(async () => {
  sgp = await servedSgp();
  await workOnConcentratorOf(sgp.contractOf('company'));
});
afterAll(() => sgp.close());

test('every sample of the document has its file', () => {
  const methods = Object.groupBy(goldens, ({ golden }) => golden.section);
  expect(Object.entries(methods).map(([section, all]) => [section, all?.length])).toEqual([
    ['1', 2],
    ['2', 2],
    ['3', 2],
    ['4', 2],
    ['5', 2],
    ['6', 2],
  ]);
});

test.each(goldens)('$name is answered as documented, key by key and type by type', async ({ golden }) => {
  const { situation, by } = golden;
  const subscriber = sgp.demo.find((one) => one.situation === situation);
  const who = by === 'cpfcnpj' ? subscriber?.document : (subscriber?.contracts[0] ?? 999_999);
  const { body } = await sgp.ask(golden.method, { [by]: who, ...golden.request });
  compare(body, golden.answer, golden.later, '');
  for (const place of golden.equal) {
    expect([place, plain(at(body, place))]).toEqual([place, plain(at(golden.answer, place))]);
  }
});

/** The document's keys come first and in its order; after them only those that are known from later versions. */
function compare(actual: unknown, sample: unknown, later: Golden['later'], place: string): void {
  expect([place, kindOf(actual)]).toEqual([place, kindOf(sample)]);
  if (typeof actual !== 'object' || actual === null) return;
  const [ours, theirs] = [Object.entries(actual), Object.entries(sample as object)];
  const keys = ours.map(([key]) => key);
  expect([place, ...keys]).toEqual([place, ...theirs.map(([key]) => key), ...(later[place] ?? [])]);
  for (const [index, [key, value]] of theirs.entries()) {
    compare(ours[index]?.[1], value, later, place === '' ? key : `${place}.${key}`);
  }
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value;
}

function at(value: unknown, place: string): unknown {
  return place.split('.').reduce((inner, key) => (inner as Record<string, unknown>)[key], value);
}

/** Without the service and the login, which are each contract's own. */
function plain(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/ID: \d+, Login: [\w.-]+/, 'ID: 1, Login: x') : value;
}

async function workOnConcentratorOf(contractId: number): Promise<void> {
  const { db, tenantId } = sgp.provider;
  const { equipment_id } = await db
    .selectFrom('contract as c')
    .innerJoin('network_interface as i', 'i.id', 'c.routing_interface_id')
    .select('i.equipment_id')
    .where('c.tenant_id', '=', tenantId)
    .where('c.id', '=', contractId)
    .executeTakeFirstOrThrow();
  await db
    .insertInto('maintenance')
    .values({
      tenant_id: tenantId,
      description: 'Manutenção NAS',
      equipment_id,
      starts_at: sgp.clock.now(),
      expected_end_at: new Date(sgp.clock.now().getTime() + 90 * 60_000),
    })
    .execute();
}
