/**
 * The number a caller writes down. Ours are `YYYYMMDD` and a six-digit sequence of that day, unique in a tenant; those of
 * providers' ERPs are as long as these make them.
 */
export type ProtocolNumber = string;

/**
 * @param date the calendar day in the provider's time zone, `YYYY-MM-DD`
 * @param sequence 1 to 999999, counted from 1 each day
 */
export function formatProtocolNumber(date: string, sequence: number): ProtocolNumber {
  if (!Number.isInteger(sequence) || sequence < 1 || sequence > 999_999) {
    throw new RangeError(`A day has protocols 1 to 999999; ${sequence} is outside.`);
  }
  return `${date.replaceAll('-', '')}${String(sequence).padStart(6, '0')}`;
}

/** At most so many digits are dictated at once; Brazilian numbers of documents are written in no longer groups. */
const longestGroup = 7;

/**
 * The groups in which a protocol is spoken, so that it can be written down between them: the day where it begins with one, and the rest.
 * @returns none when it holds anything but digits and what separates them, which cannot be dictated
 */
export function protocolGroups(protocol: ProtocolNumber): readonly string[] {
  const digits = protocol.replaceAll(/[\s./-]/g, '');
  if (!/^\d{1,30}$/.test(digits)) return [];
  const [, day, rest = digits] = /^(20\d{6})(\d+)$/.exec(digits) ?? [];
  const size = rest.length <= longestGroup ? longestGroup : longestGroup - 1;
  const groups = Array.from({ length: Math.ceil(rest.length / size) }, (_, i) => rest.slice(i * size, (i + 1) * size));
  return day === undefined ? groups : [day, ...groups];
}
