import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestProvider, testProvider } from '../../../test/helpers/isp.ts';
import { systemIds } from '../../kernel/ids.ts';
import { createInvoiceLinks } from './service.ts';

const day = 86_400_000;
let isp: TestProvider;
let invoiceIds: number[];
beforeAll(async () => {
  isp = await testProvider();
  const { db, tenantId } = isp.provider;
  const rows = await db.selectFrom('invoice').select('id').where('tenant_id', '=', tenantId).limit(250).execute();
  invoiceIds = rows.map((row) => row.id);
});
afterAll(() => isp.close());

const service = (linkDays?: number) =>
  createInvoiceLinks({
    db: isp.provider.db,
    clock: isp.clock,
    ids: systemIds,
    publicUrl: 'https://ura.provedor.example',
    linkDays,
  });
const tokenOf = (address: string | undefined) => address?.split('/').at(-1) ?? '';

test('every invoice has an address of its own that nobody can guess and that stays', async () => {
  const { tenantId } = isp.provider;
  const links = service();
  const [one, two] = await Promise.all([links.links(tenantId, invoiceIds), links.links(tenantId, invoiceIds)]);
  expect(one).toEqual(two);
  expect(new Set(one.values()).size).toBe(invoiceIds.length);
  const address = one.get(invoiceIds[0] ?? 0);
  expect(address).toMatch(/^https:\/\/ura\.provedor\.example\/boleto\/[\w-]{32}$/);
  expect(await links.link(tenantId, invoiceIds[0] ?? 0)).toBe(address);
  expect(await links.invoiceOf(tokenOf(address))).toEqual({ tenantId, invoiceId: invoiceIds[0] });
});

test('an invoice of another provider, or of nobody, has no address; nor does a wrong token lead anywhere', async () => {
  const { tenantId } = isp.provider;
  const links = service();
  expect(await links.link(tenantId + 1, invoiceIds[0] ?? 0)).toBeUndefined();
  expect(await links.links(tenantId, [])).toEqual(new Map());
  for (const token of ['', 'x', 'A'.repeat(32), "' or 1=1 --", 'x'.repeat(10_000)]) {
    expect(await links.invoiceOf(token)).toBeUndefined();
  }
});

test('with an end set, an address that is asked for goes on, and one that nobody asked for ends', async () => {
  const { tenantId } = isp.provider;
  const links = service(30);
  const [kept = 0, left = 0] = invoiceIds;
  const addresses = await links.links(tenantId, [kept, left]);
  expect(await service().link(tenantId, kept)).toBe(addresses.get(kept));
  await isp.provider.db.updateTable('invoice').set({ link_token: null }).where('id', 'in', [kept, left]).execute();
  const first = await links.links(tenantId, [kept, left]);
  isp.clock.advance(20 * day);
  expect(await links.link(tenantId, kept)).toBe(first.get(kept));
  isp.clock.advance(20 * day);
  expect(await links.invoiceOf(tokenOf(first.get(kept)))).toBeDefined();
  expect(await links.invoiceOf(tokenOf(first.get(left)))).toBeUndefined();
  expect(await links.link(tenantId, left)).not.toBe(first.get(left));
});
