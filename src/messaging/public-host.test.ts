import { expect, test } from 'vitest';
import { isPublicAddress, mayBePublic, publicLookup } from './public-host.ts';

test('addresses of this machine, of private networks and of clouds’ metadata are not public', () => {
  const kept = ['127.0.0.1', '10.1.2.3', '172.31.255.255', '192.168.0.1', '169.254.169.254', '100.64.0.1', '0.0.0.0'];
  const keptToo = [
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
  ];
  const keptStill = ['2002:7f00:1::', '64:ff9b::7f00:1', '2001:db8::1', 'x', ''];
  for (const address of [...kept, ...keptToo, ...keptStill])
    expect([address, isPublicAddress(address)]).toEqual([address, false]);
  for (const address of ['8.8.8.8', '172.32.0.1', '2800:3f0:4001::1']) expect(isPublicAddress(address)).toBe(true);
});

test('a host that is written another way is still the same host', () => {
  const kept = [
    'https://localhost/',
    'https://push.localhost/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://127.1/',
  ];
  const keptToo = [
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://router/',
    'https://nas.local/',
    'https://db.internal./',
  ];
  for (const url of [...kept, ...keptToo]) expect([url, mayBePublic(new URL(url))]).toEqual([url, false]);
  expect(mayBePublic(new URL('https://fcm.googleapis.com/fcm/send/x'))).toBe(true);
});

test('a name that leads to this machine is not resolved', async () => {
  const resolved = await new Promise((resolve) => publicLookup('localhost', { all: true }, resolve));
  expect(resolved).toBeInstanceOf(Error);
});
