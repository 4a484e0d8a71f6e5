import type { Cents } from '../../kernel/money.ts';
import { formatTaxId } from '../../kernel/tax-id.ts';
import type { Database } from '../../storage/database.ts';
import { type BoletoRow, selectBoleto } from './store.ts';

/** Everything that the page of a boleto says. Days are `YYYY-MM-DD`. */
export interface BoletoSheet {
  readonly state: 'open' | 'paid' | 'cancelled';
  readonly paidOn: string | null;
  readonly beneficiary: Party;
  readonly payer: Party;
  readonly bank: { readonly name: string; readonly code: string };
  readonly agencyAndCode: string;
  /** Nosso número, with its check digit. */
  readonly ourNumber: string;
  readonly documentNumber: string;
  readonly documentKind: string;
  readonly wallet: string;
  readonly paymentPlace: string;
  readonly dueOn: string;
  readonly issuedOn: string;
  readonly processedOn: string;
  readonly amountCents: Cents;
  readonly items: readonly { readonly description: string; readonly amountCents: Cents }[];
  readonly instructions: readonly string[];
  /** What it can be paid by, the barcode's 44 digits and the Pix code; neither when it is paid or cancelled. */
  readonly barcode: string | undefined;
  readonly pixCode: string | undefined;
}

interface Party {
  readonly name: string;
  /** `CPF 123.456.789-09` or `CNPJ 12.ABC.345/01DE-35`, in full: the law of boletos wants it so. */
  readonly document: string;
  /** Street and number; district, city, postal code. */
  readonly address: readonly string[];
}

/** What the page of an invoice says; undefined when the tenant has no such invoice. */
export async function readBoletoSheet(
  db: Database,
  tenantId: number,
  invoiceId: number,
): Promise<BoletoSheet | undefined> {
  const row = await selectBoleto(db, tenantId, invoiceId);
  return row === undefined ? undefined : asSheet(row);
}

function asSheet(row: BoletoRow): BoletoSheet {
  const isOpen = row.status === 'open';
  const digit = row.our_number_digit === null ? '' : `-${row.our_number_digit}`;
  return {
    state: row.status,
    paidOn: row.paid_on,
    beneficiary: {
      name: row.beneficiary_name,
      document: namedTaxId(row.beneficiary_document),
      address: row.beneficiary_address === null ? [] : [row.beneficiary_address],
    },
    payer: { name: row.name, document: namedTaxId(row.document), address: addressOf(row) },
    bank: { name: bankNames[row.bank_code] ?? `Banco ${row.bank_code}`, code: bankCodeWithDigit(row.bank_code) },
    agencyAndCode: `${row.agency}/${row.beneficiary_code}`,
    ourNumber: `${row.our_number}${digit}`,
    documentNumber: String(row.id),
    documentKind: row.document_kind,
    wallet: row.wallet,
    paymentPlace: row.payment_place,
    dueOn: row.due_on,
    issuedOn: row.issued_on,
    processedOn: row.processed_on ?? row.issued_on,
    amountCents: row.amount_cents,
    items: row.items.map((item) => ({ description: item.description, amountCents: item.amount_cents })),
    instructions: (row.instructions ?? '').split('\n').filter((line) => line.trim() !== ''),
    barcode: isOpen ? (row.barcode ?? undefined) : undefined,
    pixCode: isOpen ? (row.pix_code ?? undefined) : undefined,
  };
}

function namedTaxId(characters: string): string {
  return `${characters.length === 11 ? 'CPF' : 'CNPJ'} ${formatTaxId(characters)}`;
}

function addressOf(row: BoletoRow): string[] {
  const street = [`${row.street_type} ${row.street}, ${row.number}`, row.complement].filter((part) => part !== null);
  const postalCode = row.postal_code.replace(/^(\d{5})(\d{3})$/, '$1-$2');
  return [street.join(', '), `${row.district} - ${row.city}/${row.state} - CEP ${postalCode}`];
}

/** The largest banks' names as they stand beside the code; another's code says enough. */
const bankNames: Readonly<Record<string, string>> = {
  '001': 'Banco do Brasil',
  '033': 'Santander',
  '077': 'Inter',
  '104': 'Caixa',
  '237': 'Bradesco',
  '341': 'Itaú',
  '748': 'Sicredi',
  '756': 'Sicoob',
};

/** `756-0`: weights 4, 3, 2 modulo 11, where 10 and 11 give 0. */
export function bankCodeWithDigit(code: string): string {
  const sum = Array.from(code).reduce((total, digit, i) => total + Number(digit) * (4 - i), 0);
  const digit = 11 - (sum % 11);
  return `${code}-${digit > 9 ? 0 : digit}`;
}
