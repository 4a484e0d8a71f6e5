import { expect, test } from 'vitest';
import { outsideOf } from './outside.ts';

const card = { netmask: '', mac: '', cidr: null, family: 'IPv4', internal: false } as const;
const cards = { lo: [{ ...card, address: '127.0.0.1', internal: true }], eth0: [{ ...card, address: '10.0.0.5' }] };

test('behind a router everybody from elsewhere is told its address, and browsers both', () => {
  const settings = { externalAddress: '203.0.113.10', localNets: ['10.0.0.0/8'] };
  const expected = {
    transport: {
      external_media_address: '203.0.113.10',
      external_signaling_address: '203.0.113.10',
      local_net: ['10.0.0.0/8'],
    },
    candidates: { '10.0.0.5': '203.0.113.10,include_local_address' },
  };
  expect(outsideOf({ bind: '0.0.0.0', ...settings }, cards)).toMatchObject(expected);
  expect(outsideOf({ bind: '10.0.0.5', ...settings }, cards)).toMatchObject(expected);
});

test('without a router nobody is told anything but where we listen', () => {
  expect(outsideOf({ bind: '203.0.113.10' }, cards)).toEqual({ transport: {}, candidates: {}, stunServer: undefined });
  expect(outsideOf({ bind: '203.0.113.10', externalAddress: '203.0.113.10' }, cards).candidates).toEqual({});
});
