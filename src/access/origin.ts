import { isIPv6, SocketAddress } from 'node:net';

/**
 * Whom limits count together: an IPv4 address, or the first 64 bits of an IPv6 one, since a single customer is given that
 * many addresses (RFC 6177, RFC 4291 section 2.5.4). An IPv4 address written as IPv6 is the IPv4 one.
 */
export function limitedOrigin(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  if (tail !== undefined)
    groups.push(...Array<string>(Math.max(0, 8 - groups.length - after.length)).fill('0'), ...after);
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}

/** An address in the one way it is written here: IPv6 shortened (RFC 5952), an IPv4 address written as IPv6 as the IPv4 one. */
export function canonicalAddress(address: string): string {
  const [plain = ''] = address.split('%');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(plain)) return plain;
  const { address: shortened } = new SocketAddress({ address: plain, family: 'ipv6' });
  // `::ffff:c000:207` is `::ffff:192.0.2.7` too.
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(shortened)?.[1] ?? shortened;
}
