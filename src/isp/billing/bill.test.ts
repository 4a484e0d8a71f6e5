import PostalMime from 'postal-mime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestProvider, testProvider } from '../../../test/helpers/isp.ts';
import { type Mailbox, openMailbox } from '../../../test/helpers/mailbox.ts';
import { systemClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { createDelivery } from '../../messaging/delivery.ts';
import { outboxMessaging } from '../../messaging/service.ts';
import { codeSms } from '../../messaging/sms-coding.ts';
import { smtpTransport } from '../../messaging/smtp-transport.ts';
import { createOutboxStore } from '../../messaging/store.ts';
import { billEmail, billSms } from './bill.ts';
import { drawBoleto } from './boleto-pdf.ts';
import { readBoletoSheet } from './boleto-sheet.ts';
import { openInvoices, sendBill } from './service.ts';

const signal = new AbortController().signal;
let isp: TestProvider;
let mailbox: Mailbox;
beforeAll(async () => {
  [isp, mailbox] = [await testProvider(), await openMailbox()];
});
afterAll(async () => {
  await mailbox.close();
  await isp.close();
});

test('the subscriber gets a mail with the boleto in it, readable with and without HTML', async () => {
  const contractId = isp.contractOf('suspended');
  const store = createOutboxStore(isp.provider.db);
  const unused = { send: () => Promise.reject(new Error('not this way')), close: () => undefined };
  const delivery = createDelivery({
    store,
    email: smtpTransport(mailbox.url, 'Provedor <cobranca@provedor.example>'),
    sms: unused,
    push: unused,
    clock: systemClock,
    logger: silentLogger,
    paceMs: () => 0,
    count: () => undefined,
  });
  const messaging = outboxMessaging(store, systemClock, () => undefined);
  const request = { key: 'k', contractId, callId: undefined, callerNumber: undefined, by: 'email' as const };
  const sent = await sendBill(isp.provider, { messaging, paintBoleto: drawBoleto }, request, signal);
  expect(sent).toMatchObject({ kind: 'done' });
  await delivery.deliverDue();
  await delivery.stop();

  const [invoice] = (await openInvoices(isp.provider, contractId)) ?? [];
  const sheet = await readBoletoSheet(isp.provider.db, isp.provider.tenantId, Number(invoice?.id));
  const mail = await PostalMime.parse(mailbox.received[0] ?? '');
  expect(mail.to).toMatchObject([{ address: isp.demo.find((one) => one.contracts[0] === contractId)?.email }]);
  expect(mail.subject).toMatch(/^Sua fatura de \d\d\/\d\d\/\d{4}$/);
  const page = seen(mail.html ?? '');
  for (const form of [mail.text ?? '', page]) {
    expect(form).toContain(invoice?.pixCode);
    expect(form.replaceAll(/[ .]/g, '')).toContain(invoice?.boletoLine);
    expect(form).toContain(sheet?.beneficiary.name);
  }
  expect(mail.attachments).toHaveLength(1);
  expect(mail.attachments[0]).toMatchObject({
    filename: `fatura-${invoice?.id}.pdf`,
    mimeType: 'application/pdf',
    disposition: 'attachment',
  });
  const attached = mail.attachments[0]?.content;
  if (sheet === undefined || !(attached instanceof ArrayBuffer)) throw new Error('The mail brought no file.');
  expect(Buffer.from(attached)).toEqual(await drawBoleto(sheet));
});

/** What a reader of the HTML sees. */
function seen(html: string): string {
  return html.replaceAll(/<[^>]*>/g, ' ').replaceAll('&amp;', '&');
}

test('names cannot bring tags, links or scripts into the HTML, and nothing is fetched when it is read', () => {
  const invoice = { id: '1', dueOn: '2026-12-05', amountCents: 9990, overdue: false, boletoLine: undefined };
  const { html } = billEmail({ ...invoice, pixCode: '0002"><img src=x>' }, '<script>alert(1)</script>', `A & B's`);
  expect(html).not.toMatch(/<script|<img|<a |src=x>|https?:/);
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(html).toContain('A &amp; B&#39;s');
});

test('a bill by SMS takes one octet a character', async () => {
  const [invoice] = (await openInvoices(isp.provider, isp.contractOf('suspended'))) ?? [];
  if (invoice === undefined) throw new Error('Nothing is open.');
  expect(codeSms(billSms(invoice))).toMatchObject({ dataCoding: 0 });
});
