import type { Cents } from '../../kernel/money.ts';

/** A static Pix charge: who is paid, how much, and the reference that comes back with the payment. */
export interface PixCharge {
  /** The receiver's Pix key: CNPJ, e-mail, telephone or random key; at most 77 characters. */
  readonly key: string;
  /** At most 25 characters are shown. */
  readonly receiver: string;
  /** At most 15 characters are shown. */
  readonly city: string;
  readonly amountCents: Cents;
  /** Up to 25 letters and digits. */
  readonly reference: string;
}

/**
 * The BR Code ("Pix copia e cola"): EMV merchant-presented QR data by the Banco Central's manual, each field as
 * two-digit id, two-digit length, value, and CRC-16 (CCITT-FALSE) of all of it at the end.
 */
export function pixCode(charge: PixCharge): string {
  if (!/^[A-Za-z0-9]{1,25}$/.test(charge.reference)) {
    throw new RangeError('A Pix reference has 1 to 25 letters and digits.');
  }
  if (charge.key.length === 0 || charge.key.length > 77) throw new RangeError('A Pix key has 1 to 77 characters.');
  const text = [
    field('00', '01'),
    field('26', field('00', 'br.gov.bcb.pix') + field('01', charge.key)),
    field('52', '0000'),
    field('53', '986'),
    field('54', amount(charge.amountCents)),
    field('58', 'BR'),
    field('59', plain(charge.receiver, 25)),
    field('60', plain(charge.city, 15)),
    field('62', field('05', charge.reference)),
    '6304',
  ].join('');
  return text + crc16(text);
}

/** CRC-16/CCITT-FALSE (polynomial 0x1021, initial 0xFFFF) of the text's bytes, as four capital hexadecimal digits. */
export function crc16(text: string): string {
  let crc = 0xffff;
  for (const byte of Buffer.from(text, 'utf8')) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
    crc &= 0xffff;
  }
  return crc.toString(16).toUpperCase().padStart(4, '0');
}

function field(id: string, value: string): string {
  return `${id}${String(value.length).padStart(2, '0')}${value}`;
}

function amount(cents: Cents): string {
  if (!Number.isInteger(cents) || cents <= 0) throw new RangeError('A Pix charge needs an amount in whole cents.');
  return `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}

/** Field lengths count characters where readers count bytes: without accents both are the same. */
function plain(text: string, longest: number): string {
  return text
    .normalize('NFD')
    .replaceAll(/[^\x20-\x7e]/g, '')
    .slice(0, longest)
    .trim();
}
