import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestProvider, testProvider } from '../../../test/helpers/isp.ts';
import { drawBoleto } from './boleto-pdf.ts';
import { sendBill } from './service.ts';

const signal = new AbortController().signal;
let isp: TestProvider;
beforeAll(async () => {
  isp = await testProvider({ refuses: (to) => to === 'nobody@example.com' });
});
afterAll(() => isp.close());

async function send(contractId: number, by: 'email' | 'sms', key: string) {
  const act = { key, contractId: String(contractId), callId: 'call-1', callerNumber: '+5537999990000', by };
  return isp.erp.sendInvoice(act, signal);
}

test('the e-mail says how much, by when, and has what is needed to pay', async () => {
  const [contract, next] = isp.demo.filter((one) => one.situation === 'suspended').map((one) => one.contracts[0] ?? 0);
  const sent = await send(contract ?? 0, 'email', 'mail-1');
  expect(sent).toMatchObject({ kind: 'done', value: { protocol: expect.stringMatching(/^20261121\d{6}$/) as string } });
  const [invoice] = await openInvoices(contract ?? 0);
  const message = isp.messages.get('mail-1');
  expect(message).toMatchObject({ to: isp.demo.find((one) => one.contracts[0] === contract)?.email });
  expect(message?.text).toContain(`R$ ${((invoice?.amountCents ?? 0) / 100).toFixed(2).replace('.', ',')}`);
  expect(message?.text).toContain(invoice?.dueOn.split('-').toReversed().join('/'));
  expect(message?.text).toContain(invoice?.pixCode);
  expect(message?.text.replaceAll(/[ .]/g, '')).toContain(invoice?.boletoLine);
  const [file] = message !== undefined && 'attachments' in message ? (message.attachments ?? []) : [];
  expect(file).toMatchObject({ filename: `fatura-${invoice?.id}.pdf`, contentType: 'application/pdf' });
  expect(file?.content.subarray(0, 5).toString()).toBe('%PDF-');
  expect(await send(contract ?? 0, 'email', 'mail-1')).toEqual(sent);
  expect(await send(next ?? 0, 'email', 'mail-2')).not.toEqual(sent);
});

test('the SMS can be read on any telephone, and is copied whole', async () => {
  const contract = isp.contractOf('two-contracts');
  expect(await send(contract, 'sms', 'sms-1')).toMatchObject({ kind: 'done' });
  const [invoice] = await openInvoices(contract);
  const text = isp.messages.get('sms-1')?.text ?? '';
  expect(text).toMatch(/^[\x20-\x7e\n]+$/);
  expect(text).toContain(invoice?.pixCode);
  expect(text).toContain(invoice?.boletoLine);
});

test('an address that can never be reached is told as such, and nothing is recorded', async () => {
  const contract = isp.contractOf('company');
  const { db, tenantId } = isp.provider;
  const { subscriber_id: id } = await db
    .selectFrom('contract')
    .select('subscriber_id')
    .where('id', '=', contract)
    .executeTakeFirstOrThrow();
  await db
    .updateTable('subscriber_email')
    .set({ address: 'nobody@example.com' })
    .where('subscriber_id', '=', id)
    .execute();
  expect(await send(contract, 'email', 'mail-3')).toMatchObject({ kind: 'refused', reason: 'contact_refused' });
  const tickets = await db
    .selectFrom('ticket')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('contract_id', '=', contract)
    .execute();
  expect(tickets).toEqual([]);
});

test('a landline takes no SMS, and who wants no messages gets none', async () => {
  const contract = isp.contractOf('active');
  const { db } = isp.provider;
  const { subscriber_id: id } = await db
    .selectFrom('contract')
    .select('subscriber_id')
    .where('id', '=', contract)
    .executeTakeFirstOrThrow();
  await db.updateTable('subscriber_phone').set({ number: '+553732140000' }).where('subscriber_id', '=', id).execute();
  await db.updateTable('subscriber_email').set({ takes_messages: false }).where('subscriber_id', '=', id).execute();
  expect(await send(contract, 'sms', 'sms-2')).toMatchObject({ kind: 'refused', reason: 'no_contact' });
  expect(await send(contract, 'email', 'mail-4')).toMatchObject({ kind: 'refused', reason: 'no_contact' });
});

test('a bill that is on its way when the database goes away is in doubt, never "not done"; asked again it goes out once', async () => {
  const contractId = isp.contractOf('offline');
  const request = { key: 'lost-1', contractId, callId: undefined, callerNumber: undefined, by: 'sms' as const };
  const keys: string[] = [];
  const sendSms = async ({ dedupeKey }: { dedupeKey: string }) => (keys.push(dedupeKey), 'accepted' as const);
  const post = {
    messaging: { sendSms, sendEmail: () => Promise.reject(new Error('not this way')) },
    paintBoleto: drawBoleto,
  };
  const refuse = () => {
    throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  };
  const db = new Proxy(isp.provider.db, {
    get: (target, name) => {
      const part: unknown = name === 'transaction' ? refuse : Reflect.get(target, name, target);
      return typeof part === 'function' ? (part.bind(target) as unknown) : part;
    },
  });
  const lost = await sendBill({ ...isp.provider, db }, post, request, signal);
  expect(lost).toMatchObject({ kind: 'unavailable', reason: 'unknown' });
  expect(await sendBill(isp.provider, post, request, signal)).toMatchObject({ kind: 'done' });
  expect(new Set(keys)).toEqual(new Set(['lost-1']));
});

async function openInvoices(contractId: number) {
  const answer = await isp.erp.openInvoices(String(contractId), signal);
  return answer.kind === 'done' ? answer.value : [];
}
