import { type BusinessHours, isOpen } from '../kernel/business-hours.ts';
import { type Clock, systemClock } from '../kernel/clock.ts';
import type { Database } from '../storage/database.ts';
import type { OutsideNumber } from './dialling.ts';
import {
  destinationFromTrunk,
  destinationOf,
  fallbackDestination,
  type NumberPlan,
  ringTargets,
} from './number-plan.ts';
import { decideOutbound, dialledOutside, type OutboundDecision } from './outbound.ts';
import type { Destination, ExchangePlace, Extension, Provisioned } from './schemas.ts';
import { readNumberPlan } from './store.ts';

export { type ExtensionName, extensionNamed } from './agent-extension.ts';
export type { TenantBlock } from './block.ts';
export { type CallRoutes, createCallRoutes } from './call-routes.ts';
export { createExtensions, type Extensions } from './extensions.ts';
export { createGroups, type Groups } from './groups.ts';
export { createOpeningHours, type OpeningHours } from './opening-hours.ts';
export type { RemoteControl } from './remote.ts';
export { createSpendingLimits, type SpendingLimits } from './spending-limits.ts';
export { createTenants, readTenants, type Tenants } from './tenants.ts';
export { createTrunks, type Trunks } from './trunks.ts';

/** One tenant's exchange: which numbers there are and what they lead to. Answers from memory, so calls outlive the database. */
export interface Exchange extends ExchangePlace {
  /** Reads the numbers again, and puts them into effect. Asked while it reads, it reads once more, for all who asked. */
  refresh(): Promise<void>;
  extensions(): readonly Extension[];
  /** What Asterisk must know. */
  provisioned(): Provisioned;
  /** The extension of a number; undefined when it is none, or switched off. */
  extension(number: string): Extension | undefined;
  /** What a number leads to now that was dialled inside. */
  destination(dialled: string): Destination;
  /** What a group's fallback leads to now. */
  onward(fallback: string): Destination;
  /** What a number leads to now that was called from outside, over this trunk. */
  destinationFromTrunk(trunkId: number, dialled: string): Destination;
  /** The number of the public network that an extension dialled; undefined when it is none. */
  outside(extension: Extension, dialled: string): OutsideNumber | undefined;
  /** Whether an extension may call such a number, and how it is tried. */
  decideOutbound(extension: Extension, to: OutsideNumber): OutboundDecision;
  /** The extensions that ring for a group's or an extension's number; none when there is no such number. */
  ringTargets(number: string): readonly string[];
  /** Whether an extension's phones ring now, by its hours: those that are not there are always open. */
  isOpen(extension: Extension): boolean;
  /** Whether callers may leave an extension a message. */
  takesMessages(extension: string): boolean;
  /** Opening hours by name; undefined when there are none, which means always open. */
  openingHours(name: string): BusinessHours | undefined;
}

interface Opening {
  /** See `ExchangePlace`; null when left out. */
  readonly domain?: string | null;
  /** Whether extensions made with the demo data count; false on an address that others can reach. */
  readonly withDemo: boolean;
  /** Told after each reading of the numbers. What fails there is healed there; it must not reject. */
  readonly publish?: (wanted: Provisioned) => Promise<void>;
  /** By which numbers lead elsewhere outside their hours; the system's when left out. */
  readonly clock?: Clock;
}

/** The exchange of a tenant, with its numbers read; they are published at the first `refresh`. */
export async function openExchange(db: Database, tenantId: number, options: Opening): Promise<Exchange> {
  const { withDemo, publish, domain = null, clock = systemClock } = options;
  let plan: NumberPlan = await readNumberPlan(db, tenantId, withDemo);
  let reading: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;

  const provisioned = (): Provisioned => ({
    tenantId,
    domain,
    extensions: [...plan.extensions.values()],
    trunks: plan.trunks,
  });

  async function read(): Promise<void> {
    next = undefined;
    plan = await readNumberPlan(db, tenantId, withDemo);
    await publish?.(provisioned());
  }

  return {
    tenantId,
    domain,
    refresh() {
      next ??= reading
        .catch(() => undefined)
        .then(() => {
          reading = read();
          return reading;
        });
      return next;
    },
    extensions: () => [...plan.extensions.values()],
    provisioned,
    extension: (number) => plan.extensions.get(number),
    destinationFromTrunk: (trunkId, dialled) => destinationFromTrunk(plan, trunkId, dialled, clock.now()),
    outside: (extension, dialled) => dialledOutside(plan, extension, dialled),
    decideOutbound: (extension, to) => decideOutbound(plan, extension, to),
    destination: (dialled) => destinationOf(plan, dialled, clock.now()),
    onward: (fallback) => fallbackDestination(plan, fallback, clock.now()),
    ringTargets: (number) => ringTargets(plan, number),
    isOpen({ hours }) {
      const opening = hours === null ? undefined : plan.hours.get(hours);
      return opening === undefined || isOpen(opening, clock.now());
    },
    takesMessages: (extension) => plan.voicemail.has(extension),
    openingHours: (name) => plan.hours.get(name),
  };
}

/** The queue that menus lead to for a person, and the group that rings while no agent is logged in. */
export const peopleGroup = '033';

/** The numbers that every new tenant has: the default menu at 2222, and the queue and the group, still empty, that it leads to. */
export async function installDefaultNumbers(db: Database, tenantId: number): Promise<void> {
  await db.insertInto('ring_group').values({ tenant_id: tenantId, number: peopleGroup, name: 'Atendimento' }).execute();
  await db
    .insertInto('queue')
    .values({ tenant_id: tenantId, number: peopleGroup, name: 'Atendimento', survey: true, callback: true })
    .execute();
  await db.insertInto('inbound_number').values({ tenant_id: tenantId, number: '2222', flow: 'atendimento' }).execute();
}
