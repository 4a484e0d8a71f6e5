/** What the bill's e-mail says, in both of its forms. */
export interface BillLetter {
  readonly greeting: string;
  readonly sentence: string;
  readonly amount: string;
  readonly due: string;
  readonly pixCode: string | undefined;
  /** The typed line with its points and blanks. */
  readonly line: string | undefined;
  readonly closing: string;
  readonly beneficiary: string;
}

const text = 'font-family:Arial,Helvetica,sans-serif;color:#1a1a1a';
const code =
  'font-family:Consolas,Menlo,monospace;font-size:13px;line-height:1.5;background:#eef3f2;border-radius:6px;' +
  'padding:12px;word-break:break-all';

/**
 * The bill as an HTML document that mail programs show: tables and styles on the elements, no image, nothing fetched from
 * elsewhere. Everything that comes from data is escaped.
 */
export function billHtml(letter: BillLetter): string {
  const { greeting, sentence, amount, due, pixCode, line, closing, beneficiary } = letter;
  const blocks = [
    `<p style="margin:0 0 12px">${escape(greeting)}</p>`,
    `<p style="margin:0 0 20px">${escape(sentence)}</p>`,
    `<table role="presentation" cellpadding="0" cellspacing="0" width="100%" style="margin:0 0 20px"><tr>` +
      `${fact('Valor', amount)}${fact('Vencimento', due)}</tr></table>`,
    ...(pixCode === undefined ? [] : [copied('Pix copia e cola', pixCode)]),
    ...(line === undefined ? [] : [copied('Linha digitável do boleto', line)]),
    `<p style="margin:0 0 12px;color:#5c6670;font-size:13px">${escape(closing)}</p>`,
    `<p style="margin:0;font-weight:bold">${escape(beneficiary)}</p>`,
  ];
  return [
    '<!DOCTYPE html>',
    '<html lang="pt-BR">',
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Fatura</title></head>',
    '<body style="margin:0;padding:24px 12px;background:#f4f6f5">',
    '<table role="presentation" align="center" cellpadding="0" cellspacing="0" width="100%" style="max-width:560px">',
    `<tr><td style="background:#ffffff;border-top:4px solid #0b6e5d;padding:28px;font-size:15px;line-height:1.5;${text}">`,
    ...blocks,
    '</td></tr></table>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function fact(label: string, value: string): string {
  return (
    `<td style="padding:0 12px 0 0"><div style="color:#5c6670;font-size:12px">${escape(label)}</div>` +
    `<div style="font-size:22px;font-weight:bold">${escape(value)}</div></td>`
  );
}

function copied(label: string, value: string): string {
  return (
    `<p style="margin:0 0 6px;font-weight:bold;color:#0b6e5d">${escape(label)}</p>` +
    `<div style="${code};margin:0 0 20px">${escape(value)}</div>`
  );
}

function escape(value: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return value.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
