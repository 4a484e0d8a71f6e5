import type { Access } from '../../erp/port.ts';
import type { ContractState } from '../subscribers/contract-state.ts';

/** Work going on somewhere on a contract's way to the network. */
export interface MaintenanceOnPath {
  readonly description: string;
  readonly expectedEnd: Date | undefined;
  /** Whether the concentrator itself is being worked on, and not something before it. */
  readonly ofConcentrator: boolean;
}

export interface AccessFacts {
  readonly state: ContractState;
  /** Whether RADIUS accounting holds an open session of the contract's login. */
  readonly hasSession: boolean;
  readonly maintenance: readonly MaintenanceOnPath[];
}

/**
 * What a caller hears of their connection. Maintenance comes first, because it explains whatever else is seen; then the
 * session; then a contract that may not use the network at all, which no technician could help.
 */
export function accessOf(facts: AccessFacts, now: Date): Access {
  const concentrator = facts.maintenance.filter((work) => work.ofConcentrator);
  const works = concentrator.length > 0 ? concentrator : facts.maintenance;
  if (works.length > 0) {
    return {
      state: concentrator.length > 0 ? 'concentrator_down' : 'maintenance',
      message: works.map((work) => work.description).join('; '),
      forecast: returnOf(works, now),
    };
  }
  if (facts.hasSession) return { state: 'online', message: undefined, forecast: undefined };
  if (mayConnect(facts.state)) return { state: 'offline', message: undefined, forecast: undefined };
  return { state: 'other', message: 'O serviço não está habilitado', forecast: undefined };
}

/** Whether a contract in this state may use the network. */
export function mayConnect(state: ContractState): boolean {
  return state === 'active' || state === 'reduced' || state === 'migrating';
}

/** Service is back when the last work is done; unknown when one has no forecast or is already late. */
function returnOf(works: readonly MaintenanceOnPath[], now: Date): Date | undefined {
  let last: Date | undefined;
  for (const { expectedEnd } of works) {
    if (expectedEnd === undefined || expectedEnd <= now) return undefined;
    if (last === undefined || expectedEnd > last) last = expectedEnd;
  }
  return last;
}
