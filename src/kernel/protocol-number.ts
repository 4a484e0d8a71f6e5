/** The number a caller writes down: `YYYYMMDD` and a six-digit sequence of that day, unique in a tenant. */
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

/** The two groups in which a protocol is spoken: the day and the sequence. */
export function protocolGroups(protocol: ProtocolNumber): readonly [string, string] {
  return [protocol.slice(0, 8), protocol.slice(8)];
}
