/** Longest name a phone is shown. */
const longestName = 60;

/**
 * A caller's name and number in the form Asterisk reads: `"name" <number>`. Both may come from anyone: what could end
 * the quotes, begin another value or break a SIP header is taken out.
 */
export function callerId(name: string, number: string): string {
  // oxlint-disable-next-line no-control-regex
  const plainName = name.replaceAll(/[\u0000-\u001f\u007f"\\<>]/g, '').slice(0, longestName);
  const plainNumber = number.replaceAll(/[^0-9A-Za-z+*#_.-]/g, '');
  return `"${plainName}" <${plainNumber}>`;
}

/** Whether a text may name an extension: nothing in it has a meaning in a dial string, a path or the dialplan. */
export function isExtensionNumber(text: string): boolean {
  return /^[0-9A-Za-z_-]{1,40}$/.test(text);
}
