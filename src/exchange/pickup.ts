import type { Extension } from './schemas.ts';
import type { Exchange } from './service.ts';

/** What a phone dials to take a call that rings in its pick-up group: anywhere (`*8`), or at one extension (`*81001`). */
const pickupCode = /^\*8(\d{2,8})?$/;

/**
 * The extensions whose ringing calls an extension takes by what it dialled. None: it is in no group, or the one it named is
 * not in the same one. undefined: it dialled no such code.
 */
export function pickupTargets(
  dialled: string,
  { pickupGroup }: Extension,
  exchange: Pick<Exchange, 'extensions'>,
): readonly string[] | undefined {
  const [code, named] = pickupCode.exec(dialled) ?? [];
  if (code === undefined) return undefined;
  if (pickupGroup === null) return [];
  const group = exchange.extensions().filter((one) => one.pickupGroup === pickupGroup);
  return group.map(({ number }) => number).filter((number) => named === undefined || number === named);
}
