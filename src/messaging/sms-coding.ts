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
