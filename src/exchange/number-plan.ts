import { type BusinessHours, isOpen } from '../kernel/business-hours.ts';
import { areaCodeOf, outsideNumber } from './dialling.ts';
import type { WaysOut } from './outbound.ts';
import type { Destination, Extension, RingGroup } from './schemas.ts';
import { voicemailCode } from './voicemail-code.ts';

/** The flow, or the extension, group or (`*98…`) voicemail, that a number leads to. */
export type InboundPlace = { readonly flow: string } | { readonly target: string };

/** Where a number leads, and where outside certain opening hours. */
export interface InboundEntry {
  readonly open: InboundPlace;
  readonly closed?: { readonly hours: string; readonly place: InboundPlace };
}

/** The numbers of one tenant, as they are right now. */
export interface NumberPlan extends WaysOut {
  /** By number. */
  readonly extensions: ReadonlyMap<string, Extension>;
  /** Numbers of queues. */
  readonly queues: ReadonlySet<string>;
  /** By number. */
  readonly groups: ReadonlyMap<string, RingGroup>;
  /** Inbound number → where it leads. */
  readonly inbound: ReadonlyMap<string, InboundEntry>;
  /** Extensions whose callers may leave messages. */
  readonly voicemail: ReadonlySet<string>;
  /** Name → opening hours. */
  readonly hours: ReadonlyMap<string, BusinessHours>;
}

const unknown = { kind: 'unknown' } as const satisfies Destination;

/** What a number dialled inside leads to at an instant: an extension before a queue before a group before an inbound number. */
export function destinationOf(plan: NumberPlan, dialled: string, at: Date): Destination {
  const phones = phonesOf(plan, dialled);
  return phones.kind === 'unknown' ? inboundDestination(plan, dialled, at) : phones;
}

/** What a group's fallback leads to at an instant: besides what is dialled inside, `*98…` is an extension's voicemail. */
export function fallbackDestination(plan: NumberPlan, fallback: string, at: Date): Destination {
  const target = targetOf(plan, fallback);
  return target.kind === 'unknown' ? inboundDestination(plan, fallback, at) : target;
}

/**
 * What a number leads to that was called from outside, as the trunk gives it: with or without country and area code. Only
 * inbound numbers are reached from there.
 */
export function destinationFromTrunk(plan: NumberPlan, trunkId: number, dialled: string, at: Date): Destination {
  const exact = inboundDestination(plan, dialled, at);
  if (exact.kind !== 'unknown') return exact;
  const own = plan.trunks.find((trunk) => trunk.id === trunkId)?.ownNumbers[0];
  const number = outsideNumber(dialled, areaCodeOf(own ?? ''))?.number;
  return number === undefined ? unknown : inboundDestination(plan, number, at);
}

/**
 * The extensions that ring for a number: a group's members, or the extension itself, without those that are not to be
 * disturbed; none for any other number.
 */
export function ringTargets(plan: NumberPlan, number: string): readonly string[] {
  const extensions = plan.extensions.has(number) ? [number] : (plan.groups.get(number)?.extensions ?? []);
  return extensions.filter((one) => plan.extensions.get(one)?.doNotDisturb === false);
}

function inboundDestination(plan: NumberPlan, number: string, at: Date): Destination {
  const entry = plan.inbound.get(number);
  if (entry === undefined) return unknown;
  const place = placeAt(plan, entry, at);
  if ('flow' in place) return { kind: 'flow', flow: place.flow };
  return targetOf(plan, place.target);
}

/** What a target leads to; an inbound number is none, so that no two lead to each other. */
function targetOf(plan: NumberPlan, target: string): Exclude<Destination, { kind: 'flow' }> {
  const code = voicemailCode(target);
  if (code === undefined) return phonesOf(plan, target);
  const { extension = '' } = code;
  return plan.voicemail.has(extension) ? { kind: 'voicemail', extension } : unknown;
}

/** Where a number leads at this instant: hours that are not there are always open. */
function placeAt({ hours }: NumberPlan, { open, closed }: InboundEntry, at: Date): InboundPlace {
  const opening = closed === undefined ? undefined : hours.get(closed.hours);
  return closed === undefined || opening === undefined || isOpen(opening, at) ? open : closed.place;
}

function phonesOf(plan: NumberPlan, number: string): Exclude<Destination, { kind: 'flow' | 'voicemail' }> {
  if (plan.extensions.has(number)) return { kind: 'extension', extensions: [number] };
  if (plan.queues.has(number)) return { kind: 'queue', number };
  const group = plan.groups.get(number);
  return group === undefined ? unknown : { kind: 'group', ...group };
}
