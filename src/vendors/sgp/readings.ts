import type { Contract, ContractStatus, Invoice, Subscriber } from '../../erp/port.ts';
import { Personal } from '../../kernel/personal.ts';
import { parseTaxId, type TaxId } from '../../kernel/tax-id.ts';
import type { ContractRead, InvoiceRead } from './answers.ts';

/** What is overdue of a contract, as its open invoices tell. */
export interface Overdue {
  readonly cents: number;
  readonly count: number;
}

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
  const document = row && documentOf(row, asked);
  const contracts = rows.flatMap((each) => contractOf(each, overdue) ?? []);
  if (row === undefined || document === undefined || contracts.length < rows.length) return undefined;
  const name = spoken(row.razaoSocial ?? '');
  return {
    id: String(row.clienteId ?? row.contratoId),
    name: new Personal(name, `${name.slice(0, 1)}***`),
    firstName: document.kind === 'cnpj' ? name : name.replace(/\s.*$/, ''),
    document,
    contracts,
  };
}

/** The document asked for, unless the answer tells of somebody else; a masked one is compared as far as it can be seen. */
function documentOf({ cpfCnpj = '' }: ContractRead, asked: TaxId | undefined): TaxId | undefined {
  if (asked === undefined) return parseTaxId(cpfCnpj);
  const wanted = asked.reveal();
  const told = cpfCnpj.toUpperCase().replaceAll(/[.\-/\s]/g, '');
  const isSame =
    told === wanted || (told.length === wanted.length && parseTaxId(told) === undefined && fits(told, wanted));
  return told === '' || isSame ? asked : undefined;
}

function fits(masked: string, document: string): boolean {
  return Array.from(masked).every((character, i) => !/\d/.test(character) || character === document[i]);
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

/** Names and streets in capitals, which a voice would spell, as they are written otherwise. */
function spoken(name: string): string {
  const trimmed = name.trim().replaceAll(/\s+/g, ' ');
  if (trimmed !== trimmed.toUpperCase()) return trimmed;
  return trimmed.toLowerCase().replaceAll(/(?<![\p{L}\d])\p{L}/gu, (letter) => letter.toUpperCase());
}

/** The open invoices of an answer, the earliest due first. @param today in the provider's time zone */
export function openInvoicesOf(rows: readonly InvoiceRead[], today: string): Invoice[] {
  return rows
    .filter(({ status = 'aberto' }) => /abert|vencid|atras/i.test(status))
    .map((row) => ({
      id: row.id,
      dueOn: row.dataVencimento,
      amountCents: row.valor,
      overdue: row.dataVencimento < today,
      boletoLine: boletoLineOf(row.linhaDigitavel),
      pixCode: row.codigoPix?.trim() || undefined,
    }))
    .toSorted((a, b) => (a.dueOn < b.dueOn ? -1 : a.dueOn > b.dueOn ? 1 : 0));
}

/** What is overdue of each contract in an answer. Every contract asked about counts, also with nothing overdue. */
export function overdueOf(rows: readonly InvoiceRead[], today: string): Map<number, Overdue> {
  const byContract = Map.groupBy(rows, (row) => row.clienteContrato ?? row.contrato ?? 0);
  return new Map(
    Array.from(byContract, ([contract, invoices]) => {
      const late = openInvoicesOf(invoices, today).filter((invoice) => invoice.overdue);
      return [contract, { cents: late.reduce((sum, { amountCents }) => sum + amountCents, 0), count: late.length }];
    }),
  );
}

function boletoLineOf(line: string | undefined): string | undefined {
  const digits = line?.replaceAll(/\D/g, '');
  return digits?.length === 47 ? digits : undefined;
}
