import type { Invoice } from '../../erp/port.ts';
import { formatReais } from '../../kernel/money.ts';
import { formatBoletoLine } from './boleto.ts';

/** What a subscriber reads: enough to pay by boleto or Pix without opening anything. */
export interface BillEmail {
  readonly subject: string;
  readonly text: string;
}

/** @param firstName how the subscriber is addressed; @param beneficiary who is paid */
export function billEmail(invoice: Invoice, firstName: string, beneficiary: string): BillEmail {
  const due = brazilianDate(invoice.dueOn);
  const paragraphs = [
    `Olá, ${firstName}.`,
    `Esta é a sua fatura de ${formatReais(invoice.amountCents)}, ${invoice.overdue ? 'vencida' : 'com vencimento'} em ${due}.`,
  ];
  if (invoice.pixCode !== undefined) paragraphs.push(`Pix copia e cola:\n${invoice.pixCode}`);
  if (invoice.boletoLine !== undefined) {
    paragraphs.push(`Linha digitável do boleto:\n${formatBoletoLine(invoice.boletoLine)}`);
  }
  paragraphs.push(`Se já pagou, desconsidere esta mensagem.\n${beneficiary}`);
  return { subject: `Sua fatura de ${due}`, text: `${paragraphs.join('\n\n')}\n` };
}

/** Without accents, so that it stays in the GSM alphabet: 160 characters a part instead of 70. */
export function billSms(invoice: Invoice): string {
  const parts = [`Fatura de ${formatReais(invoice.amountCents)}, vencimento ${brazilianDate(invoice.dueOn)}.`];
  if (invoice.pixCode !== undefined) parts.push(`Pix copia e cola: ${invoice.pixCode}`);
  if (invoice.boletoLine !== undefined) parts.push(`Boleto: ${invoice.boletoLine}`);
  return parts.join('\n');
}

/** `21/11/2026` of `2026-11-21`. */
export function brazilianDate(date: string): string {
  return date.split('-').toReversed().join('/');
}
