import type { Cents } from '../../kernel/money.ts';
import type { PostalAddress } from './contract-records.ts';
import type { ContractState } from './contract-state.ts';

/** A subscriber with everything that is on file about them and their contracts. */
export interface SubscriberDossier {
  readonly id: number;
  /** The provider's own customer number. */
  readonly code: number;
  readonly kind: 'person' | 'company';
  readonly name: string;
  readonly tradeName: string | null;
  /** Without punctuation. */
  readonly document: string;
  readonly identityCard: string | null;
  /** `YYYY-MM-DD`, as the next one. */
  readonly identityCardIssuedOn: string | null;
  readonly bornOn: string | null;
  readonly municipalRegistration: string | null;
  readonly stateRegistration: string | null;
  readonly registeredAt: Date;
  /** E.164, in their order of preference. */
  readonly phones: readonly string[];
  readonly emails: readonly string[];
  /** What they are to be told now, each thing once: the provider's alerts, work on the way of their contracts, their own. */
  readonly notices: readonly Notice[];
  readonly contracts: readonly DossierContract[];
}

export interface Notice {
  readonly text: string;
  /** When service is expected back; null when nobody knows, or when that time has passed. */
  readonly forecast: Date | null;
}

export interface DossierContract {
  readonly id: number;
  /** Which of the subscriber's contracts it is. */
  readonly number: number;
  readonly state: ContractState;
  readonly planId: number;
  readonly plan: string;
  readonly technology: string;
  readonly downloadKbps: number;
  readonly uploadKbps: number;
  readonly priceCents: Cents;
  /** `YYYY-MM-DD` */
  readonly soldOn: string | null;
  readonly activatedAt: Date | null;
  readonly cancelledAt: Date | null;
  readonly login: string | null;
  readonly password: string | null;
  readonly mac: string | null;
  /** Its fixed addresses. */
  readonly ipv4: string | null;
  readonly ipv6: string | null;
  readonly servicePort: { readonly number: number; readonly equipment: string | null } | null;
  /** Where it enters the network, and where it is routed. */
  readonly connection: NetworkPlace | null;
  readonly routing: NetworkPlace | null;
  readonly packages: readonly Package[];
  readonly registration: LocatedAddress;
  readonly installation: LocatedAddress;
  readonly fiscal: LocatedAddress;
  readonly billing: LocatedAddress;
}

export interface NetworkPlace {
  readonly interface: { readonly name: string; readonly kind: string; readonly calledStationId: string | null };
  readonly equipment: { readonly name: string; readonly ipv4: string | null; readonly ipv6: string | null };
}

export interface Package {
  readonly id: number;
  readonly description: string;
  readonly priceCents: Cents;
  readonly notes: string | null;
  readonly registeredAt: Date;
}

export interface LocatedAddress extends Omit<PostalAddress, 'street'> {
  /** `Rua` */
  readonly streetType: string;
  /** Without its type. */
  readonly street: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
}
