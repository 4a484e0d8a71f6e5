import type { Alert, Contract, ContractStatus, Invoice, Subscriber } from '../../erp/port.ts';
import type { TaxId } from '../../kernel/tax-id.ts';
import { boletoLineTold, dueFirst, nameTold, overdueAmong, spoken } from '../erp-readings.ts';
import type { ClientRead, InvoiceRead, ServiceRead } from './reads.ts';

type Standing = Pick<Contract, 'status' | 'suspendedFor'>;

const standing = (status: ContractStatus, suspendedFor?: Contract['suspendedFor']): Standing => ({
  status,
  suspendedFor,
});

/** `status_prefixo` as later versions list them; what providers name themselves is known by its words. */
const known: Readonly<Record<string, Standing>> = {
  servico_habilitado: standing('active'),
  suspenso_debito: standing('suspended', 'debt'),
  suspenso_parcialmente: standing('reduced'),
  franquia_excedida: standing('reduced'),
  suspenso_pedido_cliente: standing('suspended', 'request'),
  aguardando_instalacao: standing('installing'),
  agendado_para_instalacao: standing('installing'),
  aguardando_assinatura_contrato: standing('installing'),
  aguardando_configuracao: standing('installing'),
  aguardando_liberacao_ti: standing('installing'),
  aguardando_migracao: standing('installing'),
  cancelado: standing('cancelled'),
  inativo: standing('inactive'),
};

const inWords: readonly (readonly [RegExp, Standing])[] = [
  [/cancelad/i, standing('cancelled')],
  [/(?:suspens|bloque).*parcial|reduzid|franquia/i, standing('reduced')],
  [/(?:suspens|bloque).*(?:d[ée]bito|inadimpl|financ|pagamento)/i, standing('suspended', 'debt')],
  [/(?:suspens|bloque).*(?:pedido|solicita)/i, standing('suspended', 'request')],
  [/suspens|bloque/i, standing('suspended', 'other')],
  [/aguardando|agendad|instala/i, standing('installing')],
  [/inativ|inviab|desativ/i, standing('inactive')],
];

/**
 * How a service stands. Providers may add statuses of their own: of one that no word tells anything about, nothing is said to
 * the caller, as of one that is in good order.
 */
export function standingOf({ status_prefixo: prefix = '', status = '' }: ServiceRead): Standing {
  const listed = known[prefix.trim().toLowerCase()];
  if (listed !== undefined) return listed;
  const words = `${prefix.replaceAll('_', ' ')} ${status}`;
  return inWords.find(([word]) => word.test(words))?.[1] ?? standing('active');
}

/** The client's own number, by which agents' windows name it. */
export function clientId({ id_cliente: id, codigo_cliente: code }: ClientRead): number | undefined {
  return id ?? code;
}

/**
 * The subscriber that records of HubSoft tell of; several when one document was registered more than once.
 * @param open the open invoices of each service; none is known of a service that is not in it
 * @returns undefined when no record has a number
 */
export function subscriberOf(
  clients: readonly ClientRead[],
  document: TaxId,
  open: ReadonlyMap<number, readonly Invoice[]>,
): Subscriber | undefined {
  const [first] = clients;
  const id = first && clientId(first);
  if (first === undefined || id === undefined) return undefined;
  const tradeName = document.kind === 'cnpj' ? first.nome_fantasia?.trim() : undefined;
  const written = tradeName || first.nome_razaosocial || first.nome_fantasia || '';
  const contracts = clients.flatMap((client) => {
    const alerts = alertsOf(client);
    return (client.servicos ?? []).map((service) => contractOf(service, alerts, open.get(service.id_cliente_servico)));
  });
  return { id: String(id), ...nameTold(written, document), document, contracts };
}

function contractOf(service: ServiceRead, alerts: readonly Alert[], open: readonly Invoice[] = []): Contract {
  const { logradouro, endereco, numero, completo } = service.endereco_instalacao ?? {};
  const overdue = overdueAmong(open);
  return {
    id: String(service.id_cliente_servico),
    ...standingOf(service),
    plan: service.nome ?? '',
    street: spoken(streetOf(logradouro, endereco) || (completo ?? '').replace(/[,-].*$/s, '')),
    streetNumber: numero ?? '',
    overdueCents: overdue.cents,
    overdueCount: overdue.count,
    openCents: open.reduce((sum, { amountCents }) => sum + amountCents, 0),
    // No answer tells it; HubSoft itself refuses one too many.
    unlocksThisMonth: 0,
    alerts,
  };
}

/** `logradouro` is the kind of street, `endereco` its name; some versions have both in the latter. */
function streetOf(kind = '', name = ''): string {
  return name.toLowerCase().startsWith(kind.trim().toLowerCase()) ? name : `${kind} ${name}`;
}

/** What the provider wants this subscriber told (4.3); HubSoft has no others, and tells no more than the text. */
function alertsOf({ alerta, alerta_mensagens: messages = [] }: ClientRead): Alert[] {
  if (alerta === false) return [];
  return messages
    .map((message) => message.trim())
    .filter((text) => text !== '')
    .map((text, index) => ({ id: String(index + 1), kind: 'notice', text, forecast: undefined }));
}

/** The open invoices of an answer, the earliest due first. @param today in the provider's time zone */
export function openInvoicesOf(rows: readonly InvoiceRead[], today: string): Invoice[] {
  return dueFirst(
    rows.filter(isOpen).map((row) => ({
      id: String(row.id_fatura),
      dueOn: row.data_vencimento,
      amountCents: row.valor,
      overdue: row.data_vencimento < today,
      boletoLine: boletoLineTold(row.linha_digitavel),
      pixCode: row.pix_copia_cola?.trim() || undefined,
    })),
  );
}

/** Samples of the documentation hold paid ones among those that were asked for as pending. */
function isOpen({ quitado, data_pagamento: paidOn, status = '' }: InvoiceRead): boolean {
  return quitado !== true && paidOn === undefined && !/pago|paga|quitad|liquidad|cancelad|renegociad/i.test(status);
}
