import type { BusinessHours } from '../kernel/business-hours.ts';
import type { Database } from '../storage/database.ts';
import { destinationOf, type NumberPlan, ringTargets } from './number-plan.ts';
import type { Destination, Extension } from './schemas.ts';
import { readNumberPlan } from './store.ts';

/** One tenant's exchange: which numbers there are and what they lead to. Answers from memory, so calls outlive the database. */
export interface Exchange {
  readonly tenantId: number;
  /** Reads the numbers again; call it after they were changed. */
  refresh(): Promise<void>;
  extensions(): readonly Extension[];
  destination(dialled: string): Destination;
  /** The extensions that ring for a group's or an extension's number; none when there is no such number. */
  ringTargets(number: string): readonly string[];
  /** Opening hours by name; undefined when there are none, which means always open. */
  openingHours(name: string): BusinessHours | undefined;
}

/**
 * The exchange of a tenant, with its numbers read.
 * @param withDemo whether extensions made with the demo data count; false on an address that others can reach
 */
export async function openExchange(db: Database, tenantId: number, withDemo: boolean): Promise<Exchange> {
  let plan: NumberPlan = await readNumberPlan(db, tenantId, withDemo);
  return {
    tenantId,
    async refresh() {
      plan = await readNumberPlan(db, tenantId, withDemo);
    },
    extensions: () => plan.extensions,
    destination: (dialled) => destinationOf(plan, dialled),
    ringTargets: (number) => ringTargets(plan, number),
    openingHours: (name) => plan.hours.get(name),
  };
}

/** The group that menus ring for a person. */
export const peopleGroup = '033';

/** The numbers that every new tenant has: the default menu at 2222, and the group, still empty, that it rings. */
export async function installDefaultNumbers(db: Database, tenantId: number): Promise<void> {
  await db.insertInto('ring_group').values({ tenant_id: tenantId, number: peopleGroup, name: 'Atendimento' }).execute();
  await db.insertInto('inbound_number').values({ tenant_id: tenantId, number: '2222', flow: 'atendimento' }).execute();
}
