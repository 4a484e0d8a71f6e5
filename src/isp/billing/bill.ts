import type { Invoice } from '../../erp/port.ts';
import { formatReais } from '../../kernel/money.ts';
import { billHtml } from './bill-html.ts';
import { formatBoletoLine } from './boleto.ts';

/** What a subscriber reads: enough to pay by boleto or Pix without opening anything. */
export interface BillEmail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** @param firstName how the subscriber is addressed; @param beneficiary who is paid */
export function billEmail(invoice: Invoice, firstName: string, beneficiary: string): BillEmail {
  const due = brazilianDate(invoice.dueOn);
  const amount = formatReais(invoice.amountCents);
  const line = invoice.boletoLine === undefined ? undefined : formatBoletoLine(invoice.boletoLine);
  const letter = {
    greeting: firstName === '' ? 'Olá.' : `Olá, ${firstName}.`,
    sentence: `Esta é a sua fatura de ${amount}, ${invoice.overdue ? 'vencida' : 'com vencimento'} em ${due}. Ela vai anexa em PDF.`,
    amount,
    due,
    pixCode: invoice.pixCode,
    line,
    closing: 'Se já pagou, desconsidere esta mensagem.',
    beneficiary,
  };
  const paragraphs = [letter.greeting, letter.sentence];
  if (invoice.pixCode !== undefined) paragraphs.push(`Pix copia e cola:\n${invoice.pixCode}`);
  if (line !== undefined) paragraphs.push(`Linha digitável do boleto:\n${line}`);
  paragraphs.push(`${letter.closing}\n${beneficiary}`);
  return { subject: `Sua fatura de ${due}`, text: `${paragraphs.join('\n\n')}\n`, html: billHtml(letter) };
}

/** Without accents and `$`, on which alphabets disagree: so 160 characters go into a part instead of 70. */
export function billSms(invoice: Invoice): string {
  const amount = formatReais(invoice.amountCents).replace(/^R\$ /, '');
  const parts = [`Fatura de ${amount} reais, vencimento ${brazilianDate(invoice.dueOn)}.`];
  if (invoice.pixCode !== undefined) parts.push(`Pix copia e cola: ${invoice.pixCode}`);
  if (invoice.boletoLine !== undefined) parts.push(`Boleto: ${invoice.boletoLine}`);
  return parts.join('\n');
}

/** What a browser or an app shows: a title, and a line. */
export function billPush(invoice: Invoice): { readonly title: string; readonly text: string } {
  const due = brazilianDate(invoice.dueOn);
  const amount = formatReais(invoice.amountCents);
  const text = `${amount}, ${invoice.overdue ? 'vencida' : 'com vencimento'} em ${due}. Toque para ver o boleto e o Pix.`;
  return { title: `Sua fatura de ${due}`, text };
}

/** `21/11/2026` of `2026-11-21`. */
export function brazilianDate(date: string): string {
  return date.split('-').toReversed().join('/');
}
