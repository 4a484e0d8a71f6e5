import type { ContractState } from '../subscribers/contract-state.ts';

export type DemoSituation =
  | 'active'
  | 'suspended'
  | 'suspended-unlock-used'
  | 'two-contracts'
  | 'company'
  | 'company-alphanumeric'
  | 'maintenance'
  | 'offline'
  | 'no-email'
  | 'no-phone'
  | 'cancelled'
  | 'installing'
  | 'provider-alert';

/** How a contract stands with its bills: next one open; one late but not yet suspending; one that suspends; none. */
export type Bills = 'next' | 'paid' | 'late' | 'overdue' | 'none';

export interface ContractProfile {
  readonly state: ContractState;
  readonly bills: Bills;
  readonly online: boolean;
}

export interface SubscriberProfile {
  readonly document: 'cpf' | 'cnpj' | 'alphanumeric';
  readonly email: boolean;
  readonly phone: boolean;
  readonly contracts: readonly ContractProfile[];
}

const working: ContractProfile = { state: 'active', bills: 'next', online: true };
const suspended: ContractProfile = { state: 'suspended_debt', bills: 'overdue', online: false };
const person: SubscriberProfile = { document: 'cpf', email: true, phone: true, contracts: [working] };

/** What each situation is made of, and how many subscribers are in it. */
export const situations: Readonly<Record<DemoSituation, { count: number; profile: SubscriberProfile }>> = {
  active: { count: 3, profile: person },
  suspended: { count: 8, profile: { ...person, contracts: [suspended] } },
  'suspended-unlock-used': { count: 2, profile: { ...person, contracts: [suspended] } },
  'two-contracts': { count: 2, profile: { ...person, contracts: [working, suspended] } },
  company: { count: 1, profile: { ...person, document: 'cnpj' } },
  'company-alphanumeric': { count: 1, profile: { ...person, document: 'alphanumeric' } },
  maintenance: { count: 1, profile: { ...person, contracts: [{ ...working, online: false }] } },
  offline: { count: 2, profile: { ...person, contracts: [{ ...working, online: false }] } },
  'no-email': { count: 1, profile: { ...person, email: false } },
  'no-phone': { count: 1, profile: { ...person, phone: false } },
  cancelled: { count: 1, profile: { ...person, contracts: [{ state: 'cancelled', bills: 'none', online: false }] } },
  installing: { count: 1, profile: { ...person, contracts: [{ state: 'installing', bills: 'none', online: false }] } },
  'provider-alert': { count: 1, profile: person },
};

/** The many others: `share` of a hundred. */
export const crowd: readonly { share: number; profile: SubscriberProfile }[] = [
  { share: 79, profile: { ...person, contracts: [{ ...working, bills: 'paid' }] } },
  { share: 6, profile: { ...person, contracts: [{ ...working, bills: 'late' }] } },
  { share: 5, profile: { ...person, document: 'cnpj', contracts: [{ ...working, bills: 'paid' }] } },
  { share: 4, profile: { ...person, contracts: [suspended] } },
  { share: 3, profile: { ...person, contracts: [{ ...working, bills: 'paid', online: false }] } },
  { share: 1, profile: { ...person, contracts: [{ state: 'suspended_request', bills: 'paid', online: false }] } },
  { share: 1, profile: { ...person, contracts: [{ state: 'installing', bills: 'none', online: false }] } },
  { share: 1, profile: { ...person, email: false, contracts: [{ ...working, bills: 'paid' }] } },
];
