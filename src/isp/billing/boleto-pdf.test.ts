import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestProvider, testProvider } from '../../../test/helpers/isp.ts';
import { readConfig } from '../../config.ts';
import { systemClock } from '../../kernel/clock.ts';
import { ensureRuntime } from '../../telephony/asterisk/runtime/fetch-runtime.ts';
import {
  type RuntimeProgram,
  type RuntimeRoot,
  runtimeCommand,
} from '../../telephony/asterisk/runtime/runtime-root.ts';
import { createBoletoPainter } from './boleto-painter.ts';
import { drawBoleto } from './boleto-pdf.ts';
import { type BoletoSheet, bankCodeWithDigit, readBoletoSheet } from './boleto-sheet.ts';

let isp: TestProvider;
let root: RuntimeRoot;
let folder: string;
let open: BoletoSheet;
let paid: BoletoSheet;
beforeAll(async () => {
  isp = await testProvider();
  root = await ensureRuntime(readConfig({ ...process.env, HOME: homedir() }), 'test', () => undefined);
  folder = await mkdtemp(join(tmpdir(), 'uira-boleto-'));
  [open, paid] = [await sheetOf('open'), await sheetOf('paid')];
}, 180_000);
afterAll(async () => {
  await rm(folder, { recursive: true });
  await isp.close();
});

async function sheetOf(status: string): Promise<BoletoSheet> {
  const { db, tenantId } = isp.provider;
  const invoice = await db
    .selectFrom('invoice')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('status', '=', status)
    .orderBy('id')
    .limit(1)
    .executeTakeFirstOrThrow();
  const sheet = await readBoletoSheet(db, tenantId, invoice.id);
  if (sheet === undefined) throw new Error(`There is no ${status} invoice.`);
  return sheet;
}

async function run(program: RuntimeProgram, ...args: string[]): Promise<string> {
  const command = runtimeCommand(root, program, args);
  return (await promisify(execFile)(command.file, command.args, { env: command.env })).stdout;
}

/** The page as a printer would show it, and the codes that a scanner finds on it. */
async function scan(name: string, pdf: Buffer): Promise<string[]> {
  const file = join(folder, name);
  await writeFile(`${file}.pdf`, pdf);
  await run('pdftoppm', '-r', '200', '-gray', '-singlefile', `${file}.pdf`, file);
  const found = run('zbarimg', '--quiet', '-Si25.enable', '-Sqrcode.enable', `${file}.pgm`);
  return (await found.catch((error: { code: number }) => noneFound(error))).trim().split('\n').toSorted();
}

/** zbarimg ends with 4 when there is no code. */
function noneFound(error: { code: number }): string {
  if (error.code === 4) return '';
  throw error;
}

async function textOf(name: string, pdf: Buffer, options: { raw?: boolean } = {}): Promise<string> {
  await writeFile(join(folder, name), pdf);
  await run(
    'pdftotext',
    ...(options.raw === true ? ['-raw'] : ['-layout']),
    join(folder, name),
    join(folder, `${name}.txt`),
  );
  return readFile(join(folder, `${name}.txt`), 'utf8');
}

test('a printed boleto is read by a bank, at the barcode, and by a telephone, at the Pix code', async () => {
  expect(await scan('open', await drawBoleto(open))).toEqual([`I2/5:${open.barcode}`, `QR-Code:${open.pixCode}`]);
});

test('the page says who pays whom, what, until when, and the typed line', async () => {
  const text = await textOf('text.pdf', await drawBoleto(open));
  for (const said of [open.beneficiary.name, open.beneficiary.document, open.payer.name, open.payer.document]) {
    expect(text).toContain(said);
  }
  for (const said of [open.agencyAndCode, open.ourNumber, ...open.payer.address, ...open.instructions]) {
    expect(text).toContain(said);
  }
  expect(text).toMatch(/\d{5}\.\d{5} \d{5}\.\d{6} \d{5}\.\d{6} \d \d{14}/);
  expect(text).toContain(open.dueOn.split('-').toReversed().join('/'));
  expect(text.match(/Ficha de compensação/g)).toHaveLength(1);
});

test('a bill that was paid says so and has nothing left to pay by', async () => {
  const pdf = await drawBoleto(paid);
  expect(await scan('paid', pdf)).toEqual(['']);
  expect(await textOf('paid.pdf', pdf, { raw: true })).toMatch(/PAGA EM \d\d\/\d\d\/\d{4}/);
});

test('long names, many items and letters of other alphabets stay on one page', async () => {
  const crowded = {
    ...open,
    payer: { ...open.payer, name: `Ňukasz ${'de Oliveira '.repeat(20)}株` },
    items: Array.from({ length: 30 }, (_, i) => ({ description: `Serviço ${i} ${'x'.repeat(200)}`, amountCents: 100 })),
    instructions: Array.from({ length: 30 }, (_, i) => `Instrução ${i} ${'y'.repeat(300)}`),
  };
  const pdf = await drawBoleto(crowded);
  expect(pdf.toString('latin1').match(/\/Type \/Page\b/g)).toHaveLength(1);
  expect(await textOf('crowded.pdf', pdf)).toContain('Nukasz de Oliveira');
  expect(await scan('crowded', pdf)).toHaveLength(2);
});

test('nobody is named in what a file says of itself, and the same bill is the same file', async () => {
  const pdf = await drawBoleto(open);
  const info = await run('pdfinfo', join(folder, 'open.pdf'));
  expect(info).toContain(`Fatura ${open.documentNumber}`);
  for (const personal of [open.payer.name, open.payer.document]) expect(info).not.toContain(personal);
  expect(await drawBoleto(open)).toEqual(pdf);
});

test('pages are drawn in a process of their own, which may die and is then started again', async () => {
  const painter = createBoletoPainter(systemClock);
  const [one, two] = await Promise.all([painter.paint(open), painter.paint(paid)]);
  expect(one).toEqual(await drawBoleto(open));
  expect(two).toEqual(await drawBoleto(paid));
  const broken = { ...open, barcode: 'x' };
  await expect(painter.paint(broken)).rejects.toThrow('The boleto could not be drawn. A barcode of this kind');
  const interrupted = painter.paint(open);
  painter.close();
  await expect(interrupted).rejects.toThrow('The boleto could not be drawn. Its process ended with SIGTERM.');
  expect(await painter.paint(open)).toEqual(one);
  painter.close();
});

test.each([
  ['001', '001-9'],
  ['033', '033-7'],
  ['104', '104-0'],
  ['237', '237-2'],
  ['341', '341-7'],
  ['756', '756-0'],
])('bank %s is printed as %s', (code, printed) => {
  expect(bankCodeWithDigit(code)).toBe(printed);
});
