import { formatReais } from '../../kernel/money.ts';
import { brazilianDate } from './bill.ts';
import { boletoLine, formatBoletoLine } from './boleto.ts';
import type { BoletoSheet } from './boleto-sheet.ts';
import { itf25Bars } from './itf25.ts';
import type { Pen, Place } from './pen.ts';

/** A field: label, value, width in points. */
type Field = readonly [label: string, value: string, width: number];

const rowHeight = 23;
const aside = 145;
const millimetre = 72 / 25.4;
/** FEBRABAN: 103 mm by 13 mm, quiet for 5 mm at its left. */
const barcode = { width: 103 * millimetre, height: 13 * millimetre, quiet: 5 * millimetre };

/**
 * The slip that the bank keeps (ficha de compensação), in the order of fields of FEBRABAN's model.
 * @param digits the 44 of the barcode
 */
export function drawCollectionSlip(
  pen: Pen,
  { x, y, width }: Omit<Place, 'height'>,
  sheet: BoletoSheet,
  digits: string,
): void {
  const main = width - aside;
  drawBank(pen, { x, y, width }, sheet, digits);
  const { beneficiary } = sheet;
  const dates: Field[] = [
    ['Data do documento', brazilianDate(sheet.issuedOn), 80],
    ['Nº do documento', sheet.documentNumber, 90],
    ['Espécie doc.', sheet.documentKind, 60],
    ['Aceite', 'N', 40],
    ['Data do processamento', brazilianDate(sheet.processedOn), main - 270],
  ];
  const amounts: Field[] = [
    ['Uso do banco', '', 80],
    ['Carteira', sheet.wallet, 90],
    ['Espécie', 'R$', 60],
    ['Quantidade', '', 60],
    ['Valor', '', main - 290],
  ];
  const rows: (readonly [Field[], label: string, value: string])[] = [
    [[['Local de pagamento', sheet.paymentPlace, main]], 'Vencimento', brazilianDate(sheet.dueOn)],
    [
      [['Beneficiário', `${beneficiary.name} - ${beneficiary.document}`, main]],
      'Agência/Código do beneficiário',
      sheet.agencyAndCode,
    ],
    [dates, 'Nosso número', sheet.ourNumber],
    [amounts, '(=) Valor do documento', formatReais(sheet.amountCents)],
  ];
  let at = y + 26;
  for (const [fields, label, value] of rows) {
    drawRow(pen, x, at, fields);
    const bold = label === 'Vencimento' || label.startsWith('(=)');
    pen.cell({ x: x + main, y: at, width: aside, height: rowHeight }, label, value, { align: 'right', bold });
    at += rowHeight;
  }
  at = drawInstructions(pen, { x, y: at, width }, sheet);
  at = drawPayer(pen, { x, y: at, width }, sheet);
  drawFoot(pen, { x, y: at, width }, digits);
}

function drawBank(pen: Pen, { x, y, width }: Omit<Place, 'height'>, { bank }: BoletoSheet, digits: string): void {
  pen.text(bank.name, { x, y: y + 5, width: 88, size: 14, bold: true });
  pen.text(bank.code, { x: x + 94, y: y + 6, width: 58, size: 14, bold: true, align: 'center' });
  for (const edge of [x + 92, x + 154]) pen.line(edge, y + 3, edge, y + 26, { thickness: 1.2 });
  pen.line(x, y + 26, x + width, y + 26, { thickness: 1.2 });
  const line = formatBoletoLine(boletoLine(digits));
  pen.text(line, { x: x + 160, y: y + 8, width: width - 160, size: 11, bold: true, align: 'right' });
}

function drawRow(pen: Pen, x: number, y: number, fields: readonly Field[]): void {
  let at = x;
  for (const [label, value, width] of fields) {
    pen.cell({ x: at, y, width, height: rowHeight }, label, value);
    at += width;
  }
}

/** The bank writes into the fields at the right what is paid beside the amount. */
function drawInstructions(pen: Pen, { x, y, width }: Omit<Place, 'height'>, sheet: BoletoSheet): number {
  const labels = ['(-) Desconto/Abatimento', '(+) Mora/Multa', '(=) Valor cobrado'];
  const height = labels.length * rowHeight;
  const main = width - aside;
  pen.box(x, y, main, height, { border: '#8a949c' });
  const title = 'Instruções (texto de responsabilidade do beneficiário)';
  pen.text(title, { x: x + 3, y: y + 3, width: main - 6, size: 6, color: pen.soft });
  const lines = [...sheet.instructions, ...sheet.items.map((item) => item.description)].join('\n');
  pen.text(lines, { x: x + 3, y: y + 12, width: main - 6, size: 8, height: height - 14 });
  labels.forEach((label, i) => {
    pen.cell({ x: x + main, y: y + i * rowHeight, width: aside, height: rowHeight }, label, '');
  });
  return y + height;
}

function drawPayer(pen: Pen, { x, y, width }: Omit<Place, 'height'>, { payer }: BoletoSheet): number {
  const height = 43;
  pen.box(x, y, width, height, { border: '#8a949c' });
  pen.text('Pagador', { x: x + 3, y: y + 3, width: 60, size: 6, color: pen.soft });
  pen.text(`${payer.name} - ${payer.document}`, { x: x + 40, y: y + 4, width: width - 44, size: 8.5 });
  pen.text(payer.address.join(' - '), { x: x + 40, y: y + 16, width: width - 44, size: 8.5 });
  pen.text('Beneficiário final', { x: x + 3, y: y + 33, width: 100, size: 6, color: pen.soft });
  return y + height;
}

function drawFoot(pen: Pen, { x, y, width }: Omit<Place, 'height'>, digits: string): void {
  const note = 'Autenticação mecânica - Ficha de compensação';
  pen.text(note, { x: x + width - 180, y: y + 4, width: 180, size: 6, align: 'right', color: pen.soft });
  const { bars, modules } = itf25Bars(digits);
  const module = barcode.width / modules;
  const from = x + barcode.quiet;
  pen.bars(bars.map((bar) => [from + bar.at * module, y + 8, bar.width * module, barcode.height] as const));
}
