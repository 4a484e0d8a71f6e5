import PdfFile from 'pdfkit';
import { formatReais } from '../../kernel/money.ts';
import { brazilianDate } from './bill.ts';
import type { BoletoSheet } from './boleto-sheet.ts';
import { drawCollectionSlip } from './collection-slip.ts';
import { createPen, type Pen } from './pen.ts';
import { drawPixBox } from './pix-box.ts';

/** The sheet's margins, and where the parts of the page begin, in points (1/72 inch) from the top of an A4 page. */
const left = 40;
const width = 515;
const top = { heading: 36, bill: 104, pix: 282, receipt: 420, cut: 524, slip: 530 };

/**
 * The page of a boleto (A4): the bill, the Pix code, the payer's receipt, and below the cut, where it can be paid by
 * barcode, the collection slip by FEBRABAN's model. The same sheet gives the same bytes; the file's own data name nobody.
 */
export async function drawBoleto(sheet: BoletoSheet): Promise<Buffer> {
  const document = new PdfFile({
    size: 'A4',
    margin: 0,
    lang: 'pt-BR',
    displayTitle: true,
    info: {
      Title: `Fatura ${sheet.documentNumber}`,
      Creator: 'Uirapuru',
      Producer: 'Uirapuru',
      CreationDate: new Date(`${sheet.issuedOn}T12:00:00Z`),
    },
  });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve, reject) => {
    document.on('end', resolve);
    document.on('error', reject);
  });
  const pen = createPen(document);
  drawHeading(pen, sheet);
  drawBill(pen, sheet);
  if (sheet.pixCode !== undefined) drawPixBox(pen, { x: left, y: top.pix, width }, sheet.pixCode);
  drawReceipt(pen, sheet);
  if (sheet.barcode !== undefined) {
    drawCut(pen);
    drawCollectionSlip(pen, { x: left, y: top.slip, width }, sheet, sheet.barcode);
  }
  if (sheet.state !== 'open') drawStamp(pen, sheet);
  document.end();
  await ended;
  return Buffer.concat(chunks);
}

function drawHeading(pen: Pen, { beneficiary }: BoletoSheet): void {
  pen.text(beneficiary.name, { x: left, y: top.heading, width: 360, size: 16, bold: true });
  const about = [beneficiary.document, ...beneficiary.address];
  about.forEach((line, i) => {
    pen.text(line, { x: left, y: top.heading + 22 + i * 12, width: 360, size: 8.5, color: pen.soft });
  });
  pen.text('Fatura', { x: left + 365, y: top.heading, width: 150, size: 16, align: 'right', color: pen.accent });
  pen.line(left, top.heading + 58, left + width, top.heading + 58, { color: pen.accent, thickness: 1.5 });
}

function drawBill(pen: Pen, sheet: BoletoSheet): void {
  const y = top.bill;
  pen.text('Cliente', { x: left, y, width: 250, size: 8, color: pen.soft });
  pen.text(sheet.payer.name, { x: left, y: y + 11, width: 250, size: 11, bold: true });
  [sheet.payer.document, ...sheet.payer.address].forEach((line, i) => {
    pen.text(line, { x: left, y: y + 27 + i * 12, width: 270, size: 9 });
  });
  const facts = [
    ['Vencimento', brazilianDate(sheet.dueOn)],
    ['Valor', formatReais(sheet.amountCents)],
  ] as const;
  facts.forEach(([label, value], i) => {
    const x = left + 285 + i * 118;
    pen.box(x, y, 112, 46, { fill: pen.tint });
    pen.text(label, { x: x + 10, y: y + 8, width: 92, size: 8, color: pen.soft });
    pen.text(value, { x: x + 10, y: y + 21, width: 92, size: 14, bold: true });
  });
  const note = `Documento ${sheet.documentNumber}, emitido em ${brazilianDate(sheet.issuedOn)}`;
  pen.text(note, { x: left + 285, y: y + 54, width: 230, size: 8.5, color: pen.soft });
  drawItems(pen, sheet, y + 84);
}

/** As many as there is room for: a bill has one or two, and says the sum in any case. */
const mostItems = 4;

function drawItems(pen: Pen, { items, amountCents }: BoletoSheet, y: number): void {
  pen.text('Descrição', { x: left, y, width: 400, size: 8, color: pen.soft });
  pen.text('Valor', { x: left + 415, y, width: 100, size: 8, align: 'right', color: pen.soft });
  const shown = items.length > mostItems ? items.slice(0, mostItems - 1) : items;
  const rest = items.slice(shown.length);
  const restCents = rest.reduce((sum, item) => sum + item.amountCents, 0);
  const rows = rest.length === 0 ? shown : [...shown, { description: 'Outros serviços', amountCents: restCents }];
  rows.forEach((item, i) => {
    const at = y + 13 + i * 15;
    pen.line(left, at - 2, left + width, at - 2, { color: pen.faint });
    pen.text(item.description, { x: left, y: at + 1, width: 400, size: 9 });
    pen.text(formatReais(item.amountCents), { x: left + 415, y: at + 1, width: 100, size: 9, align: 'right' });
  });
  const end = y + 13 + rows.length * 15;
  pen.line(left, end - 2, left + width, end - 2, { color: pen.dark });
  pen.text('Total', { x: left, y: end + 2, width: 400, size: 9, bold: true });
  pen.text(formatReais(amountCents), { x: left + 415, y: end + 2, width: 100, size: 9, bold: true, align: 'right' });
}

/** What the payer keeps. */
function drawReceipt(pen: Pen, sheet: BoletoSheet): void {
  const y = top.receipt;
  pen.text('Recibo do pagador', { x: left, y, width: 300, size: 9, bold: true });
  const rows = [
    [
      ['Beneficiário', `${sheet.beneficiary.name} - ${sheet.beneficiary.document}`, 345],
      ['Agência/Código do beneficiário', sheet.agencyAndCode, 170],
    ],
    [
      ['Pagador', `${sheet.payer.name} - ${sheet.payer.document}`, 345],
      ['Nosso número', sheet.ourNumber, 170],
    ],
    [
      ['Nº do documento', sheet.documentNumber, 115],
      ['Data do documento', brazilianDate(sheet.issuedOn), 115],
      ['Vencimento', brazilianDate(sheet.dueOn), 115],
      ['Valor do documento', formatReais(sheet.amountCents), 170],
    ],
  ] as const;
  rows.forEach((cells, row) => {
    let x = left;
    for (const [label, value, cellWidth] of cells) {
      pen.cell({ x, y: y + 14 + row * 25, width: cellWidth, height: 25 }, label, value);
      x += cellWidth;
    }
  });
  pen.text('Autenticação mecânica', { x: left + 345, y: y + 93, width: 170, size: 6, align: 'right', color: pen.soft });
}

function drawCut(pen: Pen): void {
  pen.line(left, top.cut, left + width, top.cut, { dash: 3, color: pen.soft });
  pen.text('Corte na linha pontilhada', { x: left, y: top.cut - 9, width: 200, size: 6, color: pen.soft });
}

/** Across the page, so that nobody pays twice. */
function drawStamp(pen: Pen, { state, paidOn }: BoletoSheet): void {
  const text = state === 'cancelled' ? 'CANCELADA' : `PAGA EM ${brazilianDate(paidOn ?? '')}`;
  pen.stamp(text, { x: left, y: top.pix + 40, width });
}
