import { lookup as resolveName } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/**
 * Addresses that others give us to be asked by must lead out of the house: who names `169.254.169.254` or `localhost` would
 * have us ask what only we can reach.
 */

/** What IANA's registries of special-purpose addresses (RFC 6890) keep from the public, and multicast. */
const kept = new BlockList();
const keptIpv4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];
for (const [network, prefix] of keptIpv4) kept.addSubnet(network, prefix, 'ipv4');
// Of IPv6 only global unicast is public, without what is for documentation, protocols, or IPv4 in disguise.
const globalIpv6 = new BlockList();
globalIpv6.addSubnet('2000::', 3, 'ipv6');
kept.addSubnet('2001::', 23, 'ipv6');
kept.addSubnet('2001:db8::', 32, 'ipv6');
kept.addSubnet('2002::', 16, 'ipv6');
kept.addSubnet('3fff::', 20, 'ipv6');

/** Whether an IP address is one that everybody can reach. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !kept.check(address, 'ipv4');
  return isIP(address) === 6 && globalIpv6.check(address, 'ipv6') && !kept.check(address, 'ipv6');
}

/** Whether a URL's host may be one that everybody can reach: a name with a dot, or a public address. */
export function mayBePublic({ hostname }: URL): boolean {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) !== 0) return isPublicAddress(address);
  const name = hostname.replace(/\.$/, '');
  return name.includes('.') && !/\.(?:localhost|local|internal|home\.arpa)$/i.test(name);
}

/** Resolves names to public addresses only, whatever the name's own server says at that moment. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolveName(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, []);
    const open = addresses.filter(({ address }) => isPublicAddress(address));
    const [first] = open;
    if (first === undefined) {
      return callback(new Error(`${hostname} is no public address; nothing is sent into private networks.`), []);
    }
    return options.all === true ? callback(null, open) : callback(null, first.address, first.family);
  });
};
