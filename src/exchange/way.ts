import type { Direction, EndReason } from '../calls/schemas.ts';
import type { OutsideNumber } from './dialling.ts';
import { pickupTargets } from './pickup.ts';
import type { Destination, Extension, RingGroup } from './schemas.ts';
import type { Exchange } from './service.ts';
import { type VoicemailCode, voicemailCode } from './voicemail-code.ts';

/** What is known of a call when it reaches us. */
interface Arrival {
  /** The extension that calls, which Asterisk has made sure of; from a trunk, anything. */
  readonly callerNumber: string;
  readonly dialled: string;
  readonly trunkId: number | undefined;
}

/** What becomes of a call. */
export type Way = { readonly direction: Direction } & (
  | { readonly kind: 'extension'; readonly number: string }
  | { readonly kind: 'queue'; readonly number: string }
  | ({ readonly kind: 'group' } & RingGroup)
  /** To take a call that rings at one of these extensions. */
  | { readonly kind: 'pickup'; readonly extensions: readonly string[] }
  /** `variables`: what its nodes find said beforehand. */
  | { readonly kind: 'flow'; readonly flow: string; readonly variables?: Readonly<Record<string, string>> }
  | { readonly kind: 'outside'; readonly extension: Extension; readonly to: OutsideNumber }
  /** `cause` as in Q.850. */
  | { readonly kind: 'refused'; readonly reason: EndReason; readonly cause: number }
);

/** The flow that tells a caller that the number does not exist. */
export const unknownNumberFlow = 'numero-inexistente';

/** What agents dial at their phones, and the flow that does it. */
const agentCode = /^\*5[5-8]\d*$/;
const agentFlow = 'agente';

/** The flows that take a message, and that let a mailbox be heard. */
const messageFlow = 'recado';
const mailboxFlow = 'caixa-postal';

/** Q.850. */
const unallocated = 1;
const rejected = 21;

/**
 * The way of a call. From a trunk only inbound numbers are reached, and never another trunk; the outside is reached by
 * an extension alone, and a number of ours is not called by way of the outside.
 */
export function wayOf({ callerNumber, dialled, trunkId }: Arrival, exchange: Exchange): Way {
  if (trunkId !== undefined) {
    const destination = exchange.destinationFromTrunk(trunkId, dialled);
    const way = inside(destination, 'inbound');
    return way ?? { direction: 'inbound', kind: 'refused', reason: 'unreachable', cause: unallocated };
  }
  const extension = exchange.extension(callerNumber);
  if (extension !== undefined && agentCode.test(dialled))
    return { direction: 'internal', kind: 'flow', flow: agentFlow };
  const picked = extension === undefined ? undefined : pickupTargets(dialled, extension, exchange);
  if (picked?.length === 0) return { direction: 'internal', kind: 'refused', reason: 'not_allowed', cause: rejected };
  if (picked !== undefined) return { direction: 'internal', kind: 'pickup', extensions: picked };
  const code = voicemailCode(dialled);
  if (code !== undefined && extension !== undefined) return mailboxWay(code, extension.number, exchange);
  const direct = exchange.destination(dialled);
  const to = extension !== undefined && direct.kind === 'unknown' ? exchange.outside(extension, dialled) : undefined;
  const destination = to === undefined ? direct : exchange.destination(to.number);
  const direction = extension === undefined ? 'inbound' : 'internal';
  const isPhone = destination.kind === 'extension' || destination.kind === 'queue' || destination.kind === 'group';
  if (isPhone && extension !== undefined && !extension.classes.includes('internal')) {
    return { direction, kind: 'refused', reason: 'not_allowed', cause: rejected };
  }
  const way = inside(destination, direction);
  if (way !== undefined) return way;
  if (to !== undefined && extension !== undefined) return { direction: 'outbound', kind: 'outside', extension, to };
  return { direction, kind: 'flow', flow: unknownNumberFlow };
}

/** Hearing a mailbox, or leaving a message in it; who has none hears that there is no such number. */
function mailboxWay({ act, extension: named }: VoicemailCode, caller: string, exchange: Exchange): Way {
  const mailbox = named ?? caller;
  if (!exchange.takesMessages(mailbox)) return { direction: 'internal', kind: 'flow', flow: unknownNumberFlow };
  if (act === 'leave') return voicemailWay('internal', mailbox);
  const ownPhone = mailbox === caller ? 'yes' : 'no';
  return { direction: 'internal', kind: 'flow', flow: mailboxFlow, variables: { mailbox, own_phone: ownPhone } };
}

/** To leave a message in an extension's mailbox. */
export function voicemailWay(direction: Direction, mailbox: string): Way {
  return { direction, kind: 'flow', flow: messageFlow, variables: { mailbox } };
}

/** The way of a group's call that nobody takes; undefined when it goes nowhere. */
export function fallbackWay({ fallback }: RingGroup, exchange: Exchange): Way | undefined {
  return fallback === null ? undefined : inside(exchange.onward(fallback), 'internal');
}

function inside(destination: Destination, direction: Direction): Way | undefined {
  if (destination.kind === 'unknown') return undefined;
  if (destination.kind === 'voicemail') return voicemailWay(direction, destination.extension);
  if (destination.kind === 'flow') return { direction, kind: 'flow', flow: destination.flow };
  if (destination.kind === 'queue') return { direction, kind: 'queue', number: destination.number };
  if (destination.kind === 'extension') return { direction, kind: 'extension', number: destination.extensions[0] };
  return { ...destination, direction };
}
