import type { Trunk } from './schemas.ts';
import type { Exchange } from './service.ts';

/** By which trunk a call came, and so to which tenant. */
export interface TrunkArrival {
  readonly tenantId: number;
  readonly trunkId: number;
}

type Known = Pick<Exchange, 'tenantId' | 'provisioned' | 'destinationFromTrunk'>;

/**
 * Whose call it is that came over a trunk. Asterisk tells trunks apart by the address alone, and several tenants may have
 * theirs at one carrier: then it is the call of the one whose number was called.
 * @param seeming as Asterisk has it
 */
export function trunkArrival(exchanges: readonly Known[], seeming: TrunkArrival, dialled: string): TrunkArrival {
  const own = exchanges.find(({ tenantId }) => tenantId === seeming.tenantId);
  const trunk = own?.provisioned().trunks.find(({ id }) => id === seeming.trunkId);
  if (own === undefined || trunk === undefined || isReached(own, trunk, dialled)) return seeming;
  for (const other of exchanges.filter((exchange) => exchange !== own)) {
    const theirs = other.provisioned().trunks.find((one) => shareAddress(one, trunk) && isReached(other, one, dialled));
    if (theirs !== undefined) return { tenantId: other.tenantId, trunkId: theirs.id };
  }
  return seeming;
}

function isReached(exchange: Known, { id }: Trunk, dialled: string): boolean {
  return exchange.destinationFromTrunk(id, dialled).kind !== 'unknown';
}

function shareAddress(one: Trunk, other: Trunk): boolean {
  const addresses = new Set(addressesOf(one));
  return addressesOf(other).some((address) => addresses.has(address));
}

function addressesOf({ host, addresses }: Trunk): string[] {
  return [host, ...addresses].map((address) => address.toLowerCase());
}
