import { expect, test } from 'vitest';
import { emailDomain, isMailbox, isSmsNumber } from './address.ts';

test.each(['ana@provedor.net.br', 'a.b+c@x-y.com', 'joão@provedor.com.br'])('%s can be written to', (address) => {
  expect(isMailbox(address)).toBe(true);
});

test.each([
  '',
  'ana',
  'ana@',
  '@provedor.com',
  'ana@provedor',
  'a..b@provedor.com',
  'ana@-x.com',
  'ana@x.com, eve@x.com',
  'ana@x.com\r\nBcc: eve@x.com',
  '<ana@x.com>',
  `${'a'.repeat(65)}@x.com`,
  `a@${'x'.repeat(64)}.com`,
])('%j is refused', (address) => {
  expect(isMailbox(address)).toBe(false);
});

test('messages to one domain are paced together, whatever its case', () => {
  expect(emailDomain('ana@Provedor.NET.br')).toBe('provedor.net.br');
});

test('an SMS goes to a mobile in full form, not to a landline, an extension or a number without its country', () => {
  expect(isSmsNumber('+5534999990000')).toBe(true);
  for (const number of ['+553432110000', '34999990000', '200', '', '+5534999990000\n']) {
    expect(isSmsNumber(number)).toBe(false);
  }
});
