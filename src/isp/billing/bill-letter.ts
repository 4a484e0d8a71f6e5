import type { Invoice } from '../../erp/port.ts';
import { AppError } from '../../kernel/errors.ts';
import type { EmailAttachment } from '../../messaging/service.ts';
import type { ProviderTransaction } from '../provider.ts';
import { type BillEmail, billEmail } from './bill.ts';
import type { PaintBoleto } from './boleto-painter.ts';
import { readBoletoSheet } from './boleto-sheet.ts';

/**
 * The e-mail that a bill is sent by, with the boleto as PDF.
 * @param firstName how the subscriber is addressed
 * @throws AppError `conflict` when the invoice is gone
 */
export async function billLetter(
  { db, tenantId }: Pick<ProviderTransaction, 'db' | 'tenantId'>,
  paintBoleto: PaintBoleto,
  invoice: Invoice,
  firstName: string,
): Promise<BillEmail & { readonly attachments: readonly EmailAttachment[] }> {
  const sheet = await readBoletoSheet(db, tenantId, Number(invoice.id));
  if (sheet === undefined) throw new AppError('conflict', `The invoice ${invoice.id} is gone.`);
  const content = await paintBoleto(sheet);
  const file = { filename: `fatura-${invoice.id}.pdf`, contentType: 'application/pdf', content };
  return { ...billEmail(invoice, firstName, sheet.beneficiary.name), attachments: [file] };
}
