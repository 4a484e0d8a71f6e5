/**
 * The free field of Sicoob's boletos (bank 756): wallet 1, agency 4, modality 2, beneficiary 7, our number 7 and its
 * check digit, instalment 3.
 */
export interface SicoobAccount {
  /** 4 digits. */
  readonly agency: string;
  /** Up to 7 digits. */
  readonly beneficiaryCode: string;
  /** 1 digit. */
  readonly wallet: string;
  /** 2 digits. */
  readonly modality: string;
}

const instalment = '001';

/** @param ourNumber up to 7 digits, given out by the provider */
export function sicoobFreeField(account: SicoobAccount, ourNumber: string): string {
  const number = ourNumber.padStart(7, '0');
  const digit = sicoobOurNumberDigit(account, ourNumber);
  return `${account.wallet}${account.agency}${account.modality}${account.beneficiaryCode.padStart(7, '0')}${number}${digit}${instalment}`;
}

/** Weights 3, 1, 9, 7 from the left over agency 4, beneficiary 10, number 7; remainders 0 and 1 of 11 give 0. */
export function sicoobOurNumberDigit(account: SicoobAccount, ourNumber: string): string {
  const digits = `${account.agency}${account.beneficiaryCode.padStart(10, '0')}${ourNumber.padStart(7, '0')}`;
  const weights = [3, 1, 9, 7];
  let sum = 0;
  for (let i = 0; i < digits.length; i++) sum += Number(digits[i]) * (weights[i % 4] ?? 0);
  const remainder = sum % 11;
  return String(remainder < 2 ? 0 : 11 - remainder);
}
