import type { ContractStatus } from '../../erp/port.ts';

/** The states of a contract. `suspended_*` says why: only a suspension for debt is lifted by trust or by payment. */
export const contractStates = [
  'installing',
  'active',
  'reduced',
  'migrating',
  'suspended_debt',
  'suspended_request',
  'suspended_other',
  'inactive',
  'infeasible',
  'cancelled',
] as const;
export type ContractState = (typeof contractStates)[number];

export type ContractEvent =
  | 'activate'
  | 'fall_into_debt'
  | 'unlock_on_trust'
  | 'clear_debt'
  | 'suspend_on_request'
  | 'suspend'
  | 'resume'
  | 'reduce'
  | 'restore'
  | 'migrate'
  | 'deactivate'
  | 'declare_infeasible'
  | 'cancel';

/** What may happen to a contract in each state, and the state it is in afterwards. The only such table. */
export const contractTransitions: Readonly<
  Record<ContractState, Readonly<Partial<Record<ContractEvent, ContractState>>>>
> = {
  installing: { activate: 'active', declare_infeasible: 'infeasible', cancel: 'cancelled' },
  active: {
    fall_into_debt: 'suspended_debt',
    suspend_on_request: 'suspended_request',
    suspend: 'suspended_other',
    reduce: 'reduced',
    migrate: 'migrating',
    deactivate: 'inactive',
    cancel: 'cancelled',
  },
  reduced: { restore: 'active', clear_debt: 'active', fall_into_debt: 'suspended_debt', cancel: 'cancelled' },
  migrating: { activate: 'active', cancel: 'cancelled' },
  suspended_debt: { unlock_on_trust: 'active', clear_debt: 'active', cancel: 'cancelled' },
  suspended_request: { resume: 'active', cancel: 'cancelled' },
  suspended_other: { resume: 'active', cancel: 'cancelled' },
  inactive: { activate: 'active', cancel: 'cancelled' },
  infeasible: { cancel: 'cancelled' },
  cancelled: {},
};

/** The state after an event, or undefined when the event may not happen in this state. */
export function nextContractState(state: ContractState, event: ContractEvent): ContractState | undefined {
  return contractTransitions[state][event];
}

/** The states in which the event may happen. */
export function statesThatAllow(event: ContractEvent): ContractState[] {
  return contractStates.filter((state) => nextContractState(state, event) !== undefined);
}

interface SeenStatus {
  readonly status: ContractStatus;
  readonly suspendedFor: 'debt' | 'request' | 'other' | undefined;
}

const seen: Readonly<Record<ContractState, SeenStatus>> = {
  installing: { status: 'installing', suspendedFor: undefined },
  active: { status: 'active', suspendedFor: undefined },
  reduced: { status: 'reduced', suspendedFor: undefined },
  migrating: { status: 'installing', suspendedFor: undefined },
  suspended_debt: { status: 'suspended', suspendedFor: 'debt' },
  suspended_request: { status: 'suspended', suspendedFor: 'request' },
  suspended_other: { status: 'suspended', suspendedFor: 'other' },
  inactive: { status: 'inactive', suspendedFor: undefined },
  infeasible: { status: 'inactive', suspendedFor: undefined },
  cancelled: { status: 'cancelled', suspendedFor: undefined },
};

/** How the contact centre sees a state. */
export function contractStatus(state: ContractState): SeenStatus {
  return seen[state];
}

/** A state as it is stored. */
export function parseContractState(text: string): ContractState {
  const state = contractStates.find((known) => known === text);
  if (state === undefined) throw new RangeError(`"${text}" is no state of a contract.`);
  return state;
}
