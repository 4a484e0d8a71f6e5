import type { Invoice, InvoiceSent, SendInvoice, SendNothing, SendRefusal } from '../../erp/port.ts';
import { done, nothingToDo, type Outcome, refused, unavailable } from '../../kernel/outcome.ts';
import { type Personal, personalEmail } from '../../kernel/personal.ts';
import { isMobile, personalPhone } from '../../kernel/phone-number.ts';
import type { Messaging } from '../../messaging/service.ts';
import { databaseTrouble } from '../../storage/database-trouble.ts';
import { inTransaction, type Provider, type ProviderTransaction } from '../provider.ts';
import { findByContract, lockContract } from '../subscribers/service.ts';
import { recordTicket } from '../tickets/service.ts';
import { billSms } from './bill.ts';
import { billLetter } from './bill-letter.ts';
import type { PaintBoleto } from './boleto-painter.ts';
import { openInvoices } from './open-invoices.ts';
import { selectRecipients } from './store.ts';

export type BillRequest = Omit<SendInvoice, 'contractId'> & { contractId: number };

/** What the bills of a provider go out by. */
export interface BillPost {
  readonly messaging: Messaging;
  readonly paintBoleto: PaintBoleto;
}

/**
 * Sends the earliest open invoice of a contract to the subscriber's first e-mail address (as PDF besides), or mobile
 * telephone, that takes messages.
 *
 * `done`: the message is stored for delivery, and its ticket has the protocol; the same key again is the same message and
 * protocol. `refused`, `no_contact`: there is none of that kind; `refused`, `contact_refused`: the one there is can never
 * be reached. `nothing_to_do`: `no_open_invoice`, or `not_found` for the contract. `unavailable`, `unknown`: the message goes out, but the
 * database went away before its ticket was written; asked again with the same key it is. What was not sent leaves no ticket and
 * may be asked for again with the same key; an API that owes a protocol for it too records the contact (`recordContact`)
 * under `<key>:<reason>`.
 *
 * Rejects when the database is away before the message is stored, or when `signal` is aborted before the message is stored: then nothing was done.
 */
export async function sendBill(
  provider: Provider,
  post: BillPost,
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
  const accepted = await send(provider, post, request, invoice, to, signal);
  if (accepted === 'refused') return refused('contact_refused');
  try {
    return done(await recordDispatch(provider, request, invoice, to));
  } catch (error) {
    // It is on its way already, so that "nothing was done" would not be true.
    if (databaseTrouble(error) === undefined) throw error;
    return unavailable('unknown', 'The message is on its way, but its ticket could not be written.');
  }
}

async function contactOf(provider: Provider, request: BillRequest): Promise<string | undefined> {
  const addresses = (await selectRecipients(provider, request, request.by)).map(({ address }) => address);
  return request.by === 'email' ? addresses[0] : addresses.find(isMobile);
}

async function send(
  provider: Provider,
  { messaging, paintBoleto }: BillPost,
  request: BillRequest,
  invoice: Invoice,
  to: string,
  signal: AbortSignal,
): Promise<'accepted' | 'refused'> {
  const message = { tenantId: provider.tenantId, to, dedupeKey: request.key };
  if (request.by === 'sms') {
    signal.throwIfAborted();
    return messaging.sendSms({ ...message, text: billSms(invoice) });
  }
  const subscriber = await findByContract(provider, request.contractId);
  const letter = await billLetter(provider, paintBoleto, invoice, subscriber?.firstName ?? '');
  signal.throwIfAborted();
  return messaging.sendEmail({ ...message, ...letter });
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
