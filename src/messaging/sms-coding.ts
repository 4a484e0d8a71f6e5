export interface CodedSms {
  /** SMPP `data_coding`: 0 is the operator's default alphabet, 8 is UCS-2 (SMPP 3.4 section 5.2.19). */
  readonly dataCoding: 0 | 8;
  readonly octets: Buffer;
  /** Whether it fits one short message, or must travel as a payload that the operator cuts up. */
  readonly short: boolean;
}

/** Characters that are the same octet in ASCII and in the GSM default alphabet (3GPP TS 23.038 section 6.2.1). */
const common = /^[\n\r !"#%&'()*+,\-./0-9:;<=>?A-Za-z]*$/;

/** A text as an SMS carries it: one octet a character where that is unambiguous, otherwise UCS-2. */
export function codeSms(text: string): CodedSms {
  if (common.test(text)) return { dataCoding: 0, octets: Buffer.from(text, 'latin1'), short: text.length <= 160 };
  const octets = Buffer.from(text, 'utf16le').swap16();
  return { dataCoding: 8, octets, short: octets.length <= 140 };
}

/** What is left of 140 octets beside the header that tells which part of which message it is. */
const partLength = { 0: 153, 8: 134 } as const;

/**
 * A text too long for one message as several, each with the header by which the telephone puts them together again
 * (3GPP TS 23.040 section 9.2.3.24.1).
 * @param reference the same for all parts, and for each attempt
 */
export function smsParts({ dataCoding, octets }: CodedSms, reference: number): Buffer[] {
  const bodies: Buffer[] = [];
  for (let from = 0; from < octets.length; ) {
    let to = Math.min(from + partLength[dataCoding], octets.length);
    // A character of four octets is not cut in two: the first half of one is 0xD800 to 0xDBFF.
    if (dataCoding === 8 && to < octets.length && (octets.readUInt16BE(to - 2) & 0xfc00) === 0xd800) to -= 2;
    bodies.push(octets.subarray(from, to));
    from = to;
  }
  return bodies.map((body, i) =>
    Buffer.concat([Buffer.from([0x05, 0x00, 0x03, reference & 0xff, bodies.length, i + 1]), body]),
  );
}
