import { areaCodeOf, formatNumber, type OutsideNumber, outsideNumber } from './dialling.ts';
import type { CallClass, Extension, Trunk } from './schemas.ts';

/** A rule with its trunks by their ids. */
export interface Rule {
  readonly prefix: string;
  readonly classes: readonly CallClass[];
  readonly trunkIds: readonly number[];
}

/** What decides how a number is reached. */
export interface WaysOut {
  /** Those that are switched on, in their order. */
  readonly trunks: readonly Trunk[];
  /** In their order. */
  readonly rules: readonly Rule[];
}

/** One try of a call to the outside. */
export interface Attempt {
  readonly trunkId: number;
  /** The number as the trunk wants it. */
  readonly dial: string;
  /** Who is shown to call: a number of the trunk's own in E.164; where it has none, the account or the extension. */
  readonly shown: string;
}

export type OutboundDecision =
  | { readonly kind: 'call'; readonly to: OutsideNumber; readonly attempts: readonly Attempt[] }
  /** The extension may not call numbers of this kind. */
  | { readonly kind: 'not_allowed'; readonly to: OutsideNumber };

/** The number that an extension shows, and so the area it calls from. */
function shownBy(extension: Extension, trunks: readonly Trunk[]): string | undefined {
  const own = trunks.flatMap((trunk) => trunk.ownNumbers);
  return own.find((number) => number === extension.shownNumber) ?? own[0];
}

/** The number of the public network that an extension dialled; undefined when it is none. */
export function dialledOutside(ways: WaysOut, extension: Extension, dialled: string): OutsideNumber | undefined {
  return outsideNumber(dialled, areaCodeOf(shownBy(extension, ways.trunks) ?? ''));
}

/**
 * Whether an extension may call a number, and over which trunks it is tried, one after the other: those of the first rule
 * that fits, or all. An emergency is tried on all that are left, too.
 */
export function decideOutbound(ways: WaysOut, extension: Extension, to: OutsideNumber): OutboundDecision {
  const { kind, number } = to;
  if (kind !== 'emergency' && !extension.classes.includes(kind)) return { kind: 'not_allowed', to };
  const rule = ways.rules.find(
    ({ prefix, classes }) =>
      number.startsWith(prefix) && (classes.length === 0 || (kind !== 'emergency' && classes.includes(kind))),
  );
  const all = ways.trunks.map((trunk) => trunk.id);
  const ids = rule === undefined ? all : kind === 'emergency' ? [...rule.trunkIds, ...all] : rule.trunkIds;
  const attempts = [...new Set(ids)].flatMap((id) => {
    const trunk = ways.trunks.find((one) => one.id === id);
    if (trunk === undefined) return [];
    const dial = formatNumber(number, trunk.numberFormat, trunk.carrier ?? '');
    return [{ trunkId: id, dial, shown: shownBy(extension, [trunk]) ?? trunk.username ?? extension.number }];
  });
  return { kind: 'call', to, attempts };
}

/** SIP's answers and silence that say that this trunk, and not the number, is at fault (Q.850, as Asterisk maps them). */
const trunkFaults = new Set([
  0, // could not even be asked
  3, // no route
  20, // not registered
  21, // 401, 403, 407, 603: our account is refused
  27, // 502, unreachable
  34, // no circuit
  38, // 500
  41, // temporary failure
  42, // 503
  44, // the circuit asked for is not there
  102, // timer expired
]);

/** Whether another trunk is tried after this end of a leg that nobody answered. */
export function isTrunkFault(cause: number, rang: boolean): boolean {
  // Without a sign of life, "no answer" (408, 480) is the trunk's silence.
  return !rang && (trunkFaults.has(cause) || cause === 18 || cause === 19);
}

const silenceCountsMs = 60_000;

/** Attempts in their order, but those on trunks that let nothing be heard a minute ago after the others. */
export function silentLast(
  attempts: readonly Attempt[],
  silentSince: ReadonlyMap<number, Date>,
  now: Date,
): readonly Attempt[] {
  const isSilent = ({ trunkId }: Attempt): boolean =>
    now.getTime() - (silentSince.get(trunkId)?.getTime() ?? -Infinity) < silenceCountsMs;
  return [...attempts.filter((attempt) => !isSilent(attempt)), ...attempts.filter(isSilent)];
}
