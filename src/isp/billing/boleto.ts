import type { Cents } from '../../kernel/money.ts';

/**
 * The barcode and the typed line (linha digitável) of a boleto, by FEBRABAN's rules for bank collection: 44 digits,
 * `bank 3, currency 9, check digit 1, due factor 4, amount 10, free field 25`; the line repeats them in five groups.
 */
export interface Boleto {
  /** FEBRABAN code of the bank, 3 digits. */
  readonly bankCode: string;
  /** `YYYY-MM-DD`, from 2000-07-03 on. */
  readonly dueOn: string;
  readonly amountCents: Cents;
  /** 25 digits whose meaning is the bank's. */
  readonly freeField: string;
}

const firstFactorDay = '2000-07-03';
const firstFactorMs = Date.parse(firstFactorDay);

/**
 * Days since 1997-10-07, which were 1000 on 2000-07-03 and 9999 on 2025-02-21; the day after they began at 1000 again
 * (FEBRABAN notice of 2022), and will so every 9000 days.
 */
export function dueFactor(dueOn: string): string {
  const days = (Date.parse(dueOn) - firstFactorMs) / 86_400_000;
  if (!(days >= 0)) throw new RangeError(`A boleto cannot be due on ${dueOn}, before ${firstFactorDay}.`);
  return String(1000 + (days % 9000));
}

/** The 44 digits that the barcode (ITF-25) holds. */
export function boletoBarcode(boleto: Boleto): string {
  const amount = String(boleto.amountCents).padStart(10, '0');
  const head = `${boleto.bankCode}9`;
  const tail = `${dueFactor(boleto.dueOn)}${amount}${boleto.freeField}`;
  if (!/^\d{4}$/.test(head) || !/^\d{39}$/.test(tail)) {
    throw new RangeError('A boleto needs a 3-digit bank, whole cents up to ten digits, and a 25-digit free field.');
  }
  return `${head}${barcodeCheckDigit(head + tail)}${tail}`;
}

/** The 47 digits of the typed line, without punctuation, of a barcode's 44. */
export function boletoLine(barcode: string): string {
  const bank = barcode.slice(0, 4);
  const free = barcode.slice(19);
  const fields = [bank + free.slice(0, 5), free.slice(5, 15), free.slice(15)];
  return `${fields.map((field) => field + modulo10(field)).join('')}${barcode.slice(4, 19)}`;
}

/** The typed line as it is printed: `75691.31662 01006.726101 27210.000017 7 73380000001000`. */
export function formatBoletoLine(line: string): string {
  return line.replace(/^(\d{5})(\d{5})(\d{5})(\d{6})(\d{5})(\d{6})(\d)(\d{14})$/, '$1.$2 $3.$4 $5.$6 $7 $8');
}

/** Weights 2 to 9 from the right, modulo 11; where that gives 0, 10 or 11 the digit is 1. */
function barcodeCheckDigit(digits43: string): number {
  const sum = weighed(digits43, (fromRight) => 2 + (fromRight % 8));
  const digit = 11 - (sum % 11);
  return digit > 9 ? 1 : digit;
}

/** Weights 2 and 1 from the right, the digits of each product added up. */
function modulo10(digits: string): number {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const product = Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 2 : 1);
    sum += product > 9 ? product - 9 : product;
  }
  return (10 - (sum % 10)) % 10;
}

function weighed(digits: string, weight: (fromRight: number) => number): number {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) sum += Number(digits[digits.length - 1 - i]) * weight(i);
  return sum;
}
