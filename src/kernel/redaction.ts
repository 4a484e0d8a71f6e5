const taxIdLike =
  /(?<![\w-])(?:\d{3}\.?\d{3}\.?\d{3}-?\d{2}|[\dA-Z]{2}\.?[\dA-Z]{3}\.?[\dA-Z]{3}\/?[\dA-Z]{4}-?\d{2})(?![\w-])/g;

/** The text with everything that looks like a CPF or CNPJ replaced; ids with hyphens and shorter numbers stay. */
export function redactText(text: string): string {
  return text.replaceAll(taxIdLike, (found) => (/\d{6}/.test(found.replaceAll(/\D/g, '')) ? '[document]' : found));
}

/** Digits a caller keyed, as the log may hold them: all hidden when they are personal, only counted. */
export function maskDigits(digits: string, personal: boolean): string {
  return personal ? '*'.repeat(digits.length) : digits;
}
