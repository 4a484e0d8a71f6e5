import type { BackOffice, ContractRecord } from '../../isp/service.ts';
import { AppError } from '../../kernel/errors.ts';
import { normalizePhone } from '../../kernel/phone-number.ts';
import { maskTaxId, parseTaxId } from '../../kernel/tax-id.ts';

/** The text for several contracts where one is meant, as callers know it. */
export const severalContracts = {
  status: 0,
  msg: 'Há mais de um contrato para o CPF/CNPJ informado. Favor informar o id do contrato',
} as const;

export const contractNotFound = 'Contrato não localizado';

interface Named {
  readonly contrato?: number | undefined;
  readonly cpfcnpj?: string | undefined;
}

/** Whom a request is about. */
export type Subject =
  | { readonly kind: 'one'; readonly contract: ContractRecord }
  | { readonly kind: 'several' }
  | { readonly kind: 'none' };

/**
 * The one contract that is meant, by its id or else by the document of a subscriber with a single one.
 * @throws AppError `bad_request` when neither is given
 */
export async function subjectOf(office: BackOffice, named: Named): Promise<Subject> {
  const [contract, another] = await contractsOf(office, named);
  if (contract === undefined) return { kind: 'none' };
  return another === undefined ? { kind: 'one', contract } : { kind: 'several' };
}

/**
 * Every contract that is meant: the one of an id, or all of a document.
 * @throws AppError `bad_request` when neither is given
 */
export async function contractsOf(office: BackOffice, { contrato, cpfcnpj }: Named): Promise<ContractRecord[]> {
  if (contrato !== undefined) return isId(contrato) ? office.contracts({ contract: contrato }) : [];
  if (cpfcnpj === undefined) throw new AppError('bad_request', 'CPF/CNPJ ou Contrato ID não informados.');
  const document = documentOf(cpfcnpj);
  return document === undefined ? [] : office.contracts({ document });
}

/**
 * A CPF or CNPJ without punctuation, however it is written: other characters around it are ignored, and so are zeros
 * that a number lost at its beginning. Undefined when its check digits are wrong.
 */
export function documentOf(written: string): string | undefined {
  const digits = written.replaceAll(/\D/g, '');
  const padded = digits.padStart(digits.length > 11 ? 14 : 11, '0');
  const document =
    parseTaxId(written) ??
    parseTaxId(written.replaceAll(/[^A-Za-z0-9]/g, '')) ??
    parseTaxId(digits) ??
    parseTaxId(padded);
  return document?.reveal();
}

/** A telephone as it is kept, of one written with or without the country; undefined when it is none. */
export function phoneOf(written: string): string | undefined {
  return normalizePhone(written);
}

/** Whether a number can be one of our ids: those are PostgreSQL's `integer`. */
export function isId(number: number): boolean {
  return number > 0 && number < 2 ** 31;
}

/** `razaoSocial` and the masked `cpfCnpj` of an answer; empty where no contract is known. */
export function identityOf(contract: ContractRecord | undefined) {
  return { razaoSocial: contract?.name ?? '', cpfCnpj: contract === undefined ? '' : maskTaxId(contract.document) };
}

/** What is echoed of a request: its contract, and the telephone exactly as it was sent. */
export function echoOf(
  request: Named & { readonly uracontato?: string | number | null | undefined },
  contract: ContractRecord | undefined,
) {
  return { contratoId: contract?.contractId ?? request.contrato ?? null, uracontato: request.uracontato ?? '' };
}

/** The caller's number as it is kept with an act. */
export function callerOf(uracontato: string | number | null | undefined): string | undefined {
  return uracontato === null || uracontato === undefined || uracontato === '' ? undefined : String(uracontato);
}
