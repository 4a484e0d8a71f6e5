import type { Contract, ContractStatus, Invoice, Subscriber } from '../../erp/port.ts';
import type { TaxId } from '../../kernel/tax-id.ts';
import {
  boletoLineTold,
  documentTold,
  dueFirst,
  nameTold,
  type Overdue,
  overdueAmong,
  spoken,
} from '../erp-readings.ts';
import type { ContractRead, InvoiceRead } from './answers.ts';

/** `contratoStatus`: 1 Ativo, 2 Inativo, 3 Cancelado, 4 Suspenso, 5 Inviabilidade Técnica, 6 Novo, 7 Ativo V. Reduzida. */
const statuses: Readonly<Record<number, ContractStatus>> = {
  1: 'active',
  2: 'inactive',
  3: 'cancelled',
  4: 'suspended',
  5: 'inactive',
  6: 'installing',
  7: 'reduced',
};
/** The same in words, for answers without the number; the sample has a blank in front of them. */
const statusWords: readonly (readonly [RegExp, ContractStatus])[] = [
  [/^ativo.*reduzid/i, 'reduced'],
  [/^ativo/i, 'active'],
  [/^inativo|^inviabilidade/i, 'inactive'],
  [/^cancelado/i, 'cancelled'],
  [/^suspenso/i, 'suspended'],
  [/^novo/i, 'installing'],
];

/**
 * The subscriber that rows of `consultacliente` tell of.
 * @param asked the document that was asked for: live servers mask what they answer with
 * @param overdue by contract; undefined when the invoices could not be had
 * @returns undefined when the rows lack what a menu must know: whose they are, and how each contract stands
 */
export function subscriberOf(
  rows: readonly ContractRead[],
  asked: TaxId | undefined,
  overdue: ReadonlyMap<number, Overdue> | undefined,
): Subscriber | undefined {
  const [row] = rows;
  const document = row && documentTold(row.cpfCnpj, asked);
  const contracts = rows.flatMap((each) => contractOf(each, overdue) ?? []);
  if (row === undefined || document === undefined || contracts.length < rows.length) return undefined;
  const id = String(row.clienteId ?? row.contratoId);
  return { id, ...nameTold(row.razaoSocial ?? '', document), document, contracts };
}

function contractOf(row: ContractRead, overdue: ReadonlyMap<number, Overdue> | undefined): Contract | undefined {
  const status = statusOf(row);
  if (status === undefined) return undefined;
  const openCents = row.contratoValorAberto ?? 0;
  // Without the invoices, what is open is all that is known of what is owed.
  const known =
    overdue === undefined ? { cents: openCents, count: row.contratoTitulosAReceber ?? 0 } : overdue.get(row.contratoId);
  return {
    id: String(row.contratoId),
    status,
    suspendedFor: status === 'suspended' ? reasonOf(row, openCents) : undefined,
    plan: row.servico_plano ?? row.planointernet ?? '',
    street: spoken(row.endereco_logradouro ?? ''),
    streetNumber: row.endereco_numero ?? '',
    overdueCents: known?.cents ?? 0,
    overdueCount: known?.count ?? 0,
    openCents,
    unlocksThisMonth: row.promessasPagamentoMes ?? 0,
    alerts: [],
  };
}

/** How a row's contract stands; undefined when neither number nor word is one we know. */
export function statusOf({ contratoStatus, contratoStatusDisplay = '' }: ContractRead): ContractStatus | undefined {
  if (contratoStatus !== undefined) return statuses[contratoStatus];
  return statusWords.find(([word]) => word.test(contratoStatusDisplay.trim()))?.[1];
}

/** The provider words its reasons itself. Without any, who owes is suspended for that. */
function reasonOf({ motivo_status: reason = '' }: ContractRead, openCents: number): Contract['suspendedFor'] {
  if (/pedido|solicita/i.test(reason)) return 'request';
  if (/financ|d[ée]bito|inadimpl|pagamento|fatura|atraso|promessa/i.test(reason)) return 'debt';
  if (reason.trim() !== '') return 'other';
  return openCents > 0 ? 'debt' : 'other';
}

/** The open invoices of an answer, the earliest due first. @param today in the provider's time zone */
export function openInvoicesOf(rows: readonly InvoiceRead[], today: string): Invoice[] {
  const open = rows.filter(({ status = 'aberto' }) => /abert|vencid|atras/i.test(status));
  return dueFirst(
    open.map((row) => ({
      id: row.id,
      dueOn: row.dataVencimento,
      amountCents: row.valor,
      overdue: row.dataVencimento < today,
      boletoLine: boletoLineTold(row.linhaDigitavel),
      pixCode: row.codigoPix?.trim() || undefined,
    })),
  );
}

/** What is overdue of each contract in an answer. Every contract asked about counts, also with nothing overdue. */
export function overdueOf(rows: readonly InvoiceRead[], today: string): Map<number, Overdue> {
  const byContract = Map.groupBy(rows, (row) => row.clienteContrato ?? row.contrato ?? 0);
  return new Map(
    Array.from(byContract, ([contract, invoices]) => [contract, overdueAmong(openInvoicesOf(invoices, today))]),
  );
}
