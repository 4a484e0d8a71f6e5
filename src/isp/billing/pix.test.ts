import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc16, pixCode } from './pix.ts';

/** Reads EMV fields as a wallet does. */
function read(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (let at = 0; at < text.length; ) {
    const length = Number(text.slice(at + 2, at + 4));
    fields.set(text.slice(at, at + 2), text.slice(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return fields;
}

test('the check value of CRC-16/CCITT-FALSE is the published one', () => {
  expect(crc16('123456789')).toBe('29B1');
});

test('a code reads as the example of the Banco Central manual does, amount added', () => {
  const code = pixCode({
    key: '123e4567-e12b-12d1-a456-426655440000',
    receiver: 'Fulano de Tal',
    city: 'BRASILIA',
    amountCents: 11990,
    reference: 'FAT60001',
  });
  expect(code).toMatch(
    /^00020126580014br\.gov\.bcb\.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865406119\.905802BR5913Fulano de Tal6008BRASILIA62120508FAT600016304[0-9A-F]{4}$/,
  );
});

test('a wallet reads back any charge, and notices any changed character', () => {
  fc.assert(
    fc.property(
      fc.record({
        key: fc.emailAddress().filter((email) => email.length <= 77),
        receiver: fc.constantFrom('Uirapuru Telecomunicações Ltda', 'Ágil', 'Conexão São João do Provedor Regional'),
        city: fc.constantFrom('Divinópolis', 'Santo Antônio do Monte'),
        amountCents: fc.integer({ min: 1, max: 999_999_999 }),
        reference: fc.stringMatching(/^[A-Za-z0-9]{1,25}$/),
      }),
      fc.nat(),
      (charge, place) => {
        const code = pixCode(charge);
        const fields = read(code);
        expect(read(fields.get('26') ?? '').get('01')).toBe(charge.key);
        expect(Math.round(Number(fields.get('54')) * 100)).toBe(charge.amountCents);
        expect(read(fields.get('62') ?? '').get('05')).toBe(charge.reference);
        expect(fields.get('59')?.length).toBeLessThanOrEqual(25);
        expect(fields.get('60')?.length).toBeLessThanOrEqual(15);
        expect(fields.get('63')).toBe(crc16(code.slice(0, -4)));
        const at = place % (code.length - 4);
        const changed = code.slice(0, at) + (code[at] === 'x' ? 'y' : 'x') + code.slice(at + 1, -4);
        expect(crc16(changed)).not.toBe(code.slice(-4));
      },
    ),
  );
});

test('a charge without amount or with an impossible reference gives no code', () => {
  const charge = { key: 'k@example.com', receiver: 'R', city: 'C', amountCents: 100, reference: 'A' };
  expect(() => pixCode({ ...charge, amountCents: 0 })).toThrow(RangeError);
  expect(() => pixCode({ ...charge, reference: 'tem espaço' })).toThrow(RangeError);
});
