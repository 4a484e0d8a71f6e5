/** A telephone as the samples have it: area code and number, `3732818000`. */
export function nationalPhone(number: string): string {
  return number.replace(/^\+55/, '');
}
