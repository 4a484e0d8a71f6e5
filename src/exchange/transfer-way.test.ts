import { describe, expect, test } from 'vitest';
import { newExtension } from './schemas.ts';
import type { Exchange } from './service.ts';
import { transferWay } from './transfer-way.ts';

const extensions = new Map(
  [{ number: '1001' }, { number: '1002' }, { number: '1003', classes: [] }].map((one) => [
    one.number,
    { ...newExtension.parse(one), password: 'secret' },
  ]),
);

/** As far as a transfer asks an exchange: four digits are inside, others outside. */
const exchange = {
  extension: (number: string) => extensions.get(number),
  destination: (number: string) =>
    extensions.has(number)
      ? { kind: 'extension', extensions: [number] }
      : number === '2222'
        ? { kind: 'flow', flow: 'atendimento' }
        : { kind: 'unknown' },
  outside: (_: unknown, number: string) =>
    number.length > 4
      ? { number: `+${number}`, kind: number.startsWith('00') ? 'international' : 'mobile' }
      : undefined,
  decideOutbound: (from: { classes: readonly string[] }, to: { kind: string }) => ({
    kind: from.classes.includes(to.kind) ? 'call' : 'not_allowed',
  }),
} as unknown as Exchange;

describe('a call is transferred', () => {
  test('to extensions, menus and outside numbers that who transfers may call', () => {
    expect(transferWay('1001', '1002', exchange)?.kind).toBe('extension');
    expect(transferWay('1001', '2222', exchange)?.kind).toBe('flow');
    expect(transferWay('1001', '34991234567', exchange)?.kind).toBe('outside');
  });

  test.each([
    ['a number that leads nowhere', '1001', '9999'],
    ['who transfers it', '1001', '1001'],
    ['abroad, from an extension that may not call there', '1001', '0049301234567'],
    ['extensions, from one that may not call any', '1003', '1002'],
    ['anywhere from what is no extension of ours', '34991234567', '1002'],
  ])('not to %s', (_, from, to) => {
    expect(transferWay(from, to, exchange)).toBeUndefined();
  });
});
