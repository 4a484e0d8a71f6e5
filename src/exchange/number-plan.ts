import type { BusinessHours } from '../kernel/business-hours.ts';
import type { Destination, Extension } from './schemas.ts';

/** The numbers of one tenant, as they are right now. */
export interface NumberPlan {
  readonly extensions: readonly Extension[];
  /** Group number → extension numbers. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** Inbound number → flow. */
  readonly inbound: ReadonlyMap<string, string>;
  /** Name → opening hours. */
  readonly hours: ReadonlyMap<string, BusinessHours>;
}

/** What a dialled number leads to: an extension before a group before an inbound number. */
export function destinationOf(plan: NumberPlan, dialled: string): Destination {
  if (plan.extensions.some((extension) => extension.number === dialled)) {
    return { kind: 'extension', extensions: [dialled] };
  }
  const members = plan.groups.get(dialled);
  if (members !== undefined) return { kind: 'group', extensions: members };
  const flow = plan.inbound.get(dialled);
  return flow === undefined ? { kind: 'unknown' } : { kind: 'flow', flow };
}

/** The extensions that ring for a number: a group's members, or the extension itself; none for any other number. */
export function ringTargets(plan: NumberPlan, number: string): readonly string[] {
  const destination = destinationOf(plan, number);
  return destination.kind === 'extension' || destination.kind === 'group' ? destination.extensions : [];
}
