import type { KyselyPlugin, PluginTransformQueryArgs, PluginTransformResultArgs, RootOperationNode } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../../test/helpers/database.ts';
import { ManualClock } from '../../../test/helpers/manual-clock.ts';
import { isMobile, normalizePhone } from '../../kernel/phone-number.ts';
import { parseTaxId } from '../../kernel/tax-id.ts';
import { boletoLine } from '../billing/boleto.ts';
import { applyDebtRules } from '../billing/overdue.ts';
import { type DemoSubscriber, loadDemo } from './service.ts';
import { situations } from './situations.ts';

const database = await testDatabase();
afterAll(() => database.close());
const timeZone = 'America/Sao_Paulo';

/** Counts what is asked of the database. */
class StatementCounter implements KyselyPlugin {
  count = 0;

  transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
    this.count += 1;
    return node;
  }

  async transformResult({ result }: PluginTransformResultArgs) {
    return result;
  }
}

interface Load {
  readonly tenantId: number;
  readonly demo: DemoSubscriber[];
  /** How many statements it took. */
  readonly statements: number;
}

async function load(now: string, others: number): Promise<Load> {
  const { db } = database;
  const tenant = await db
    .insertInto('tenant')
    .values({ name: 'Provedor', time_zone: timeZone })
    .returning('id')
    .executeTakeFirstOrThrow();
  const clock = new ManualClock(now);
  const counter = new StatementCounter();
  const demo = await db.transaction().execute((trx) => {
    const counted = trx.withPlugin(counter);
    return loadDemo({ db: counted, tenantId: tenant.id, clock, timeZone, seed: 20_261_121, others });
  });
  return { tenantId: tenant.id, demo, statements: counter.count };
}

test('five thousand subscribers with a year of invoices are there in a few hundred statements', async () => {
  const { tenantId, demo, statements } = await load('2026-11-21T14:00:00Z', 5_000);
  // One for each 5,000 rows of a table, of which there are half a million; how long they take is told by `npm run bench:demo`.
  expect(statements).toBeLessThan(300);
  const { db } = database;
  const count = async (table: 'subscriber' | 'contract' | 'invoice' | 'radusergroup' | 'ticket' | 'service_order') => {
    const all = db.selectFrom(table).select((eb) => eb.fn.countAll<number>().as('count'));
    return (await all.executeTakeFirstOrThrow()).count;
  };
  expect(await count('subscriber')).toBe(5_000 + demo.length);
  expect(await count('contract')).toBe(5_000 + demo.flatMap((one) => one.contracts).length);
  const installing = await db
    .selectFrom('contract')
    .select('id')
    .where('state', 'in', ['installing', 'cancelled'])
    .execute();
  expect(await count('invoice')).toBe(12 * ((await count('contract')) - installing.length));
  expect(await count('radusergroup')).toBe(await count('contract'));
  const unlocks = demo.filter(({ situation }) => situation === 'suspended-unlock-used').length;
  expect([await count('ticket'), await count('service_order')]).toEqual([12 + unlocks, 6]);
  const provider = { db, pool: database.pool, tenantId, clock: new ManualClock('2026-11-21T14:00:00Z'), timeZone };
  expect(await applyDebtRules(provider)).toEqual({ promisesKept: 0, promisesBroken: 0, suspended: 0 });
});

test('everybody has a valid document and telephone of their own', async () => {
  const rows = await database.db
    .selectFrom('subscriber as s')
    .leftJoin('subscriber_phone as p', 'p.subscriber_id', 's.id')
    .select(['s.document', 'p.number'])
    .execute();
  expect(rows.filter(({ document }) => parseTaxId(document)?.reveal() !== document)).toEqual([]);
  const phones = rows.flatMap(({ number }) => number ?? []);
  expect(phones.filter((phone) => normalizePhone(phone) !== phone || !isMobile(phone))).toEqual([]);
  expect(new Set(phones).size).toBe(phones.length);
});

test('every situation is there as often as it should be, with at least five suspended', async () => {
  const { demo } = await load('2026-12-01T12:00:00Z', 0);
  for (const [situation, { count }] of Object.entries(situations)) {
    expect(demo.filter((one) => one.situation === situation)).toHaveLength(count);
  }
  expect(situations.suspended.count).toBeGreaterThanOrEqual(5);
  const of = (situation: string) => demo.find((one) => one.situation === situation);
  expect(of('no-email')?.email).toBeNull();
  expect(of('no-phone')?.phone).toBeNull();
  expect(of('company')?.document).toMatch(/^\d{14}$/);
  expect(of('company-alphanumeric')?.document).toMatch(/^(?=.*[A-Z])[0-9A-Z]{12}\d{2}$/);
  expect(of('two-contracts')?.contracts).toHaveLength(2);
});

test('open invoices can be paid by the line of their own amount', async () => {
  const invoices = await database.db
    .selectFrom('invoice')
    .select(['barcode', 'pix_code', 'amount_cents'])
    .where('status', '=', 'open')
    .limit(200)
    .execute();
  expect(invoices.length).toBe(200);
  for (const { barcode, pix_code: pix, amount_cents: cents } of invoices) {
    expect(Number(boletoLine(barcode ?? '').slice(-10))).toBe(cents);
    expect(pix).toContain((cents / 100).toFixed(2));
  }
});
