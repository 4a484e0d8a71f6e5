import type { z } from 'zod';
import { formatBoletoLine } from '../../../isp/billing/service.ts';
import type { InvoiceDossier } from '../../../isp/service.ts';
import { nationalPhone } from '../../../kernel/phone-number.ts';
import { formatTaxId } from '../../../kernel/tax-id.ts';
import { brazilianDay, brazilianMinute, isoInstant } from '../dates.ts';
import type { clientInvoice, listedInvoice } from '../wire/invoice.ts';
import { reais, reaisText } from './amounts.ts';
import { shortServiceOf, shortSubscriberOf } from './subscriber.ts';

const paymentKinds = {
  boleto: 'boleto_bancario',
  direct_debit: 'debito_conta_corrente',
  card: 'cartao_credito',
} as const;

/**
 * An invoice of `cliente/financeiro`. The order of the keys is the documentation's, then that of later versions.
 * @param link where its PDF is
 * @param today the provider's day, `YYYY-MM-DD`
 */
export function clientInvoiceOf(
  of: InvoiceDossier,
  link: string | undefined,
  today: string,
): z.input<typeof clientInvoice> {
  const { account, contract } = of;
  return {
    id_fatura: of.id,
    nosso_numero: of.ourNumber,
    nosso_numero_dv: of.ourNumberDigit === null ? null : `${of.ourNumber.padStart(7, '0')}-${of.ourNumberDigit}`,
    linha_digitavel: lineOf(of),
    codigo_barras: of.barcode,
    link: ifBoleto(of, link ?? null),
    agencia_codigo_beneficiario: ifBoleto(of, `${account.agency} / ${account.beneficiaryCode}`),
    beneficiario: ifBoleto(of, `${account.beneficiaryName} / ${namedTaxId(account.beneficiaryDocument)}`),
    numero_documento: ifBoleto(of, of.id),
    especie: ifBoleto(of, account.documentKind),
    especie_dinheiro: 'R$',
    aceite: ifBoleto(of, 'N'),
    local_pagamento: ifBoleto(of, account.paymentPlace),
    carteira: ifBoleto(of, account.wallet),
    tipo_cobranca: paymentKinds[of.paidBy],
    valor: reais(of.amountCents),
    data_vencimento: brazilianDay(of.dueOn),
    data_pagamento: dayOrNull(of.paidOn),
    data_documento: ifBoleto(of, brazilianDay(of.issuedOn)),
    data_processamento: ifBoleto(of, brazilianDay(of.processedOn ?? of.issuedOn)),
    detalhamento: detailsOf(of),
    cliente: {
      ...shortSubscriberOf(of.subscriber),
      servico: { id_cliente_servico: contract.id, ...shortServiceOf(contract) },
    },
    pix_copia_cola: of.pixCode,
    quitado: of.status === 'paid',
    status: statusOf(of, today),
    valor_pago: of.paidCents === null ? null : reais(of.paidCents),
    data_cadastro: brazilianDay(of.issuedOn),
    empresa: companyOf(of),
  };
}

/** An invoice of `financeiro`, with the little that all lists tell. */
export function listedInvoiceOf(of: InvoiceDossier, timeZone: string): z.input<typeof listedInvoice> {
  const { subscriber } = of;
  const [primary, secondary, third] = subscriber.phones.map(nationalPhone);
  return {
    id_fatura: of.id,
    nosso_numero: of.ourNumber,
    data_vencimento: of.dueOn,
    data_vencimento_br: brazilianDay(of.dueOn),
    data_pagamento: of.paidOn,
    data_pagamento_br: dayOrNull(of.paidOn),
    valor: reaisText(of.amountCents),
    valor_pago: of.paidCents === null ? null : reaisText(of.paidCents),
    cliente: {
      id_cliente: subscriber.id,
      codigo_cliente: subscriber.code,
      nome_razaosocial: subscriber.name,
      nome_fantasia: subscriber.tradeName,
      tipo_pessoa: subscriber.kind === 'company' ? 'pj' : 'pf',
      cpf_cnpj: subscriber.document,
      data_nascimento: subscriber.bornOn,
      data_nascimento_br: dayOrNull(subscriber.bornOn),
      telefone_primario: primary ?? null,
      telefone_secundario: secondary ?? null,
      telefone_terciario: third ?? null,
      email_principal: subscriber.emails[0] ?? null,
      email_secundario: subscriber.emails[1] ?? null,
      data_cadastro: isoInstant(subscriber.registeredAt, timeZone),
      data_cadastro_br: brazilianMinute(subscriber.registeredAt, timeZone),
      ativo: subscriber.active,
    },
  };
}

/** An invoice of `financeiro` with what it takes to pay it, and what it is made of. */
export function detailedInvoiceOf(
  of: InvoiceDossier,
  link: string | undefined,
  timeZone: string,
): z.input<typeof listedInvoice> {
  return {
    ...listedInvoiceOf(of, timeZone),
    id_cliente_servico: of.contract.id,
    data_cadastro: of.issuedOn,
    linha_digitavel: lineOf(of),
    codigo_barras: of.barcode,
    pix_copia_cola: of.pixCode,
    tipo_cobranca: paymentKinds[of.paidBy],
    link: ifBoleto(of, link ?? null),
    empresa: companyOf(of),
    detalhamento: detailsOf(of),
  };
}

function statusOf({ status, dueOn }: InvoiceDossier, today: string) {
  if (status !== 'open') return status === 'paid' ? 'pago' : 'cancelado';
  return dueOn < today ? 'vencido' : 'aguardando';
}

function ifBoleto<T>({ barcode }: InvoiceDossier, value: T): T | null {
  return barcode === null ? null : value;
}

function lineOf({ boletoLine }: InvoiceDossier): string | null {
  return boletoLine === null ? null : formatBoletoLine(boletoLine);
}

function detailsOf({ items }: InvoiceDossier) {
  return items.map((item) => ({ descricao: item.description, valor: reais(item.amountCents) }));
}

function companyOf({ account }: InvoiceDossier) {
  return { documento: account.beneficiaryDocument, nome_razaosocial: account.beneficiaryName, nome_fantasia: null };
}

function namedTaxId(characters: string): string {
  return `${characters.length === 11 ? 'CPF' : 'CNPJ'}: ${formatTaxId(characters)}`;
}

function dayOrNull(day: string | null): string | null {
  return day === null ? null : brazilianDay(day);
}
