import type { Invoice, InvoiceSent, SendInvoice, SendNothing, SendRefusal } from '../../erp/port.ts';
import { done, nothingToDo, type Outcome, refused } from '../../kernel/outcome.ts';
import { type Personal, personalEmail } from '../../kernel/personal.ts';
import { isMobile, personalPhone } from '../../kernel/phone-number.ts';
import type { Messaging } from '../../messaging/service.ts';
import { inTransaction, type Provider, type ProviderTransaction } from '../provider.ts';
import { findByContract, lockContract } from '../subscribers/service.ts';
import { recordTicket } from '../tickets/service.ts';
import { billEmail, billSms } from './bill.ts';
import { openInvoices } from './service.ts';
import { selectContacts } from './store.ts';

export type BillRequest = Omit<SendInvoice, 'contractId'> & { contractId: number };

/**
 * Sends the earliest open invoice of a contract to the subscriber's first e-mail address, or mobile telephone, that takes
 * messages. Done means that the message is stored for delivery. The same key again is the same message and protocol.
 */
export async function sendBill(
  provider: Provider,
  messaging: Messaging,
  request: BillRequest,
  signal: AbortSignal,
): Promise<Outcome<InvoiceSent, SendRefusal, SendNothing>> {
  const earlier = await findDispatch(provider, request.key);
  if (earlier !== undefined) return done(earlier);
  const invoices = await openInvoices(provider, request.contractId);
  if (invoices === undefined) return nothingToDo('not_found');
  const [invoice] = invoices;
  if (invoice === undefined) return nothingToDo('no_open_invoice');
  const to = await contactOf(provider, request);
  if (to === undefined) return refused('no_contact');
  signal.throwIfAborted();
  if ((await send(provider, messaging, request, invoice, to)) === 'refused') return refused('contact_refused');
  return done(await recordDispatch(provider, request, invoice, to));
}

async function contactOf(provider: Provider, request: BillRequest): Promise<string | undefined> {
  const { emails, phones } = await selectContacts(provider, request.contractId);
  return request.by === 'email' ? emails[0] : phones.find(isMobile);
}

async function send(
  provider: Provider,
  messaging: Messaging,
  request: BillRequest,
  invoice: Invoice,
  to: string,
): Promise<'accepted' | 'refused'> {
  const message = { tenantId: provider.tenantId, to, dedupeKey: request.key };
  if (request.by === 'sms') return messaging.sendSms({ ...message, text: billSms(invoice) });
  const subscriber = await findByContract(provider, request.contractId);
  const beneficiary = await beneficiaryOf(provider, invoice);
  return messaging.sendEmail({ ...message, ...billEmail(invoice, subscriber?.firstName ?? '', beneficiary) });
}

async function beneficiaryOf({ db, tenantId }: Provider, invoice: Invoice): Promise<string> {
  const row = await db
    .selectFrom('invoice as i')
    .innerJoin('billing_account as b', (join) =>
      join.onRef('b.tenant_id', '=', 'i.tenant_id').onRef('b.id', '=', 'i.billing_account_id'),
    )
    .select('b.beneficiary_name')
    .where('i.tenant_id', '=', tenantId)
    .where('i.id', '=', Number(invoice.id))
    .executeTakeFirstOrThrow();
  return row.beneficiary_name;
}

/** The ticket is the record of the sending; its parameters say what went where. */
function recordDispatch(provider: Provider, request: BillRequest, invoice: Invoice, to: string): Promise<InvoiceSent> {
  return inTransaction(provider, async (transaction) => {
    await lockContract(transaction, request.contractId);
    const earlier = await findDispatch(transaction, request.key);
    if (earlier !== undefined) return earlier;
    const { protocol } = await recordTicket(transaction, {
      contractId: request.contractId,
      subject: 'invoice',
      text: `Fatura ${invoice.id} enviada por ${request.by === 'email' ? 'e-mail' : 'SMS'}.`,
      closed: true,
      key: request.key,
      callId: request.callId,
      contactPhone: request.callerNumber,
      parameters: { invoiceId: invoice.id, by: request.by, to },
    });
    return { protocol, to: masked(request.by, to) };
  });
}

async function findDispatch({ db, tenantId }: ProviderTransaction, key: string): Promise<InvoiceSent | undefined> {
  const row = await db
    .selectFrom('ticket')
    .select(['protocol', 'parameters'])
    .where('tenant_id', '=', tenantId)
    .where('act_key', '=', key)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const sent = row.parameters as { by: SendInvoice['by']; to: string } | null;
  return { protocol: row.protocol, to: sent === null ? undefined : masked(sent.by, sent.to) };
}

function masked(by: SendInvoice['by'], to: string): Personal {
  return by === 'email' ? personalEmail(to) : personalPhone(to);
}
