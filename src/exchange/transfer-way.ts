import type { Exchange } from './service.ts';
import { unknownNumberFlow, type Way, wayOf } from './way.ts';

/**
 * Where an extension may send a call: wherever it may call itself.
 * @returns undefined when it may not, or the number leads nowhere, or to itself
 */
export function transferWay(extension: string, number: string, exchange: Exchange): Way | undefined {
  if (exchange.extension(extension) === undefined || number === extension) return undefined;
  const way = wayOf({ callerNumber: extension, dialled: number, trunkId: undefined }, exchange);
  if (way.kind === 'refused' || way.kind === 'pickup' || (way.kind === 'flow' && way.flow === unknownNumberFlow))
    return undefined;
  if (way.kind === 'outside' && exchange.decideOutbound(way.extension, way.to).kind === 'not_allowed') return undefined;
  return way;
}
