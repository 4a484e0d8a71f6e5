import type { Invoice } from '../../erp/port.ts';
import { localDate } from '../../kernel/clock.ts';
import { normalizeOldPhone } from '../../kernel/phone-number.ts';
import { isMailbox, isSmsNumber, type Push } from '../../messaging/service.ts';
import type { Provider } from '../provider.ts';
import { findByContract } from '../subscribers/service.ts';
import { billPush, billSms } from './bill.ts';
import { billLetter } from './bill-letter.ts';
import type { BillPost } from './dispatch.ts';
import { type InvoiceDossier, invoiceDossiers } from './invoice-dossier.ts';
import type { InvoiceLinks } from './invoice-link.ts';
import { selectRecipients } from './store.ts';

/** One invoice, to everywhere at once where its subscriber takes messages. */
export interface InvoiceDispatch {
  readonly invoiceId: number;
  readonly by: 'email' | 'sms';
  /** Where it goes besides, as somebody wrote it. */
  readonly additional: readonly string[];
  /** One message for each address, however often it is asked for under one key. */
  readonly key: string;
}

/** Where it went. */
export interface Recipient {
  /** A mailbox, or a telephone number (E.164). */
  readonly address: string;
  readonly name: string;
  /** `record`: the subscriber's own; `contact`: somebody's who is on their record; `additional`: given with the request. */
  readonly origin: 'record' | 'contact' | 'additional';
  /** Of a contact on the subscriber's record. */
  readonly contactId: number | null;
}

export type InvoiceRefusal =
  | { readonly kind: 'unknown_invoice' | 'cancelled' | 'no_contact' }
  | { readonly kind: 'paid'; readonly on: string }
  /** Nothing can reach these of the additional ones; counted from 0. */
  | { readonly kind: 'bad_address'; readonly places: readonly number[] };

/** What push messages need: their way out, and where an invoice's PDF is. */
export interface PushPost {
  readonly push: Pick<Push, 'of' | 'send'>;
  readonly invoiceLinks: Pick<InvoiceLinks, 'links'>;
}

/**
 * Stores an open invoice for delivery to each address on the subscriber's record that takes messages, and to the additional
 * ones, once for each address. Nothing is stored when it is refused. Rejects when the database is away: then some of it may be
 * stored, and the same key again stores the rest.
 */
export async function dispatchInvoice(
  provider: Provider,
  post: BillPost,
  request: InvoiceDispatch,
): Promise<
  { readonly kind: 'queued'; readonly subscriberId: number; readonly to: readonly Recipient[] } | InvoiceRefusal
> {
  const { by, additional, key } = request;
  const read = by === 'email' ? readMailbox : readMobile;
  const wanted = additional.map((written) => read(written));
  const places = wanted.flatMap((address, place) => (address === undefined ? [place] : []));
  if (places.length > 0) return { kind: 'bad_address', places };
  const invoice = await openInvoice(provider, request.invoiceId);
  if (!('amountCents' in invoice)) return invoice;
  const { id: subscriberId, name } = invoice.subscriber;
  const known = (await selectRecipients(provider, { subscriberId }, by)).filter(
    ({ address }) => read(address) !== undefined,
  );
  const given = wanted.map((address = '') => ({ address, name, origin: 'additional' as const, contactId: null }));
  const recipients = distinct([
    ...known.map(({ id, address, contactName }) =>
      contactName === null
        ? { address, name, origin: 'record' as const, contactId: null }
        : { address, name: contactName, origin: 'contact' as const, contactId: id },
    ),
    ...given,
  ]);
  if (recipients.length === 0) return { kind: 'no_contact' };
  const send = await senderOf(provider, post, by, invoice);
  const to: Recipient[] = [];
  for (const recipient of recipients) {
    const envelope = { tenantId: provider.tenantId, to: recipient.address, dedupeKey: `${key}:${recipient.address}` };
    if ((await send(envelope)) === 'accepted') to.push(recipient);
  }
  return to.length === 0 ? { kind: 'no_contact' } : { kind: 'queued', subscriberId, to };
}

/** Stores an open invoice for delivery to each browser and app of its subscriber; otherwise as `dispatchInvoice`. */
export async function pushInvoice(
  provider: Provider,
  { push, invoiceLinks }: PushPost,
  request: Pick<InvoiceDispatch, 'invoiceId' | 'key'>,
): Promise<{ readonly kind: 'queued' } | InvoiceRefusal> {
  const { tenantId } = provider;
  const invoice = await openInvoice(provider, request.invoiceId);
  if (!('amountCents' in invoice)) return invoice;
  const addresses = await push.of(tenantId, invoice.subscriber.id);
  if (addresses.length === 0) return { kind: 'no_contact' };
  const link = (await invoiceLinks.links(tenantId, [invoice.id])).get(invoice.id);
  const message = { tenantId, ...billPush(asInvoice(provider, invoice)), ...(link === undefined ? {} : { link }) };
  for (const to of addresses) await push.send({ ...message, to, dedupeKey: `${request.key}:${to.subscription}` });
  return { kind: 'queued' };
}

async function openInvoice(provider: Provider, id: number): Promise<InvoiceDossier | InvoiceRefusal> {
  const [invoice] = await invoiceDossiers(provider, [id]);
  if (invoice === undefined) return { kind: 'unknown_invoice' };
  if (invoice.status === 'cancelled') return { kind: 'cancelled' };
  return invoice.paidOn === null ? invoice : { kind: 'paid', on: invoice.paidOn };
}

/** What is the same for every recipient is made once. */
async function senderOf(
  provider: Provider,
  { messaging, paintBoleto }: BillPost,
  by: 'email' | 'sms',
  of: InvoiceDossier,
) {
  type Envelope = { tenantId: number; to: string; dedupeKey: string };
  const invoice = asInvoice(provider, of);
  if (by === 'sms') {
    const text = billSms(invoice);
    return (envelope: Envelope) => messaging.sendSms({ ...envelope, text });
  }
  const subscriber = await findByContract(provider, of.contract.id);
  const letter = await billLetter(provider, paintBoleto, invoice, subscriber?.firstName ?? '');
  return (envelope: Envelope) => messaging.sendEmail({ ...envelope, ...letter });
}

/** As the port of ERPs has it, which the bill's texts are written from. */
function asInvoice({ clock, timeZone }: Provider, of: InvoiceDossier): Invoice {
  return {
    id: String(of.id),
    dueOn: of.dueOn,
    amountCents: of.amountCents,
    overdue: of.dueOn < localDate(clock.now(), timeZone),
    boletoLine: of.boletoLine ?? undefined,
    pixCode: of.pixCode ?? undefined,
  };
}

/** The first of those with one address; letters of any size are one. */
function distinct(recipients: readonly Recipient[]): Recipient[] {
  const byAddress = Map.groupBy(recipients, ({ address }) => address.toLowerCase());
  return [...byAddress.values()].flatMap(([first]) => (first === undefined ? [] : [first]));
}

function readMailbox(written: string): string | undefined {
  const address = written.trim();
  return isMailbox(address) ? address : undefined;
}

function readMobile(written: string): string | undefined {
  const number = normalizeOldPhone(written);
  return number !== undefined && isSmsNumber(number) ? number : undefined;
}
