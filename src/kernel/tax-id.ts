import { cnpj, cpf } from 'cpf-cnpj-validator';
import { AppError } from './errors.ts';
import { Personal } from './personal.ts';

/** A CPF (a person) or CNPJ (a company, which may hold letters since July 2026) with valid check digits. */
export class TaxId extends Personal {
  readonly kind: 'cpf' | 'cnpj';

  constructor(kind: 'cpf' | 'cnpj', characters: string) {
    super(characters, maskTaxId(characters));
    this.kind = kind;
  }

  /** The last `count` characters, which a caller is asked for as a proof of identity. */
  ending(count: number): string {
    return this.reveal().slice(-count);
  }
}

/**
 * Reads a CPF or CNPJ, with or without punctuation. Only punctuation is stripped: letters belong to the alphanumeric CNPJ.
 * @returns undefined when the length or a check digit is wrong.
 */
export function parseTaxId(input: string): TaxId | undefined {
  const characters = stripTaxIdPunctuation(input);
  // The validator ignores whatever else stands around the digits.
  if (/^\d{11}$/.test(characters) && cpf.isValid(characters)) return new TaxId('cpf', characters);
  if (/^[0-9A-Z]{12}\d{2}$/.test(characters) && cnpj.isValid(characters)) return new TaxId('cnpj', characters);
  return undefined;
}

/**
 * As `parseTaxId`, for values that must be right because we stored them.
 * @throws AppError `bad_request` when they are not.
 */
export function requireTaxId(input: string): TaxId {
  const parsed = parseTaxId(input);
  if (parsed === undefined) {
    throw new AppError('bad_request', 'The CPF or CNPJ is not valid: check its length and its check digits.');
  }
  return parsed;
}

/** The document without points, hyphens, slashes and blanks, in capitals. */
export function stripTaxIdPunctuation(input: string): string {
  return input.replaceAll(/[.\-/\s]/g, '').toUpperCase();
}

/** The form in which a document may be shown: the first, third group of a CPF, the first and branch group of a CNPJ. */
export function maskTaxId(characters: string): string {
  if (characters.length === 11) return `${characters.slice(0, 3)}.***.${characters.slice(6, 9)}-**`;
  if (characters.length === 14) return `${characters.slice(0, 2)}.***.***/${characters.slice(8, 12)}-**`;
  return '***';
}

/** As it is printed where it must stand in full, such as on a boleto: `123.456.789-09`, `12.ABC.345/01DE-35`. */
export function formatTaxId(characters: string): string {
  if (characters.length === 11) return characters.replace(/^(...)(...)(...)(..)$/, '$1.$2.$3-$4');
  return characters.replace(/^(..)(...)(...)(....)(..)$/, '$1.$2.$3/$4-$5');
}
