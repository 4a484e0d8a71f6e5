import type { Access, Alert, Contract, MenuStep, Subscriber } from '../erp/port.ts';
import { maskTaxId } from '../kernel/tax-id.ts';
import type { ShownCaller } from './schemas.ts';

/** What is known of who calls. */
export interface KnownCaller {
  readonly subscriber?: Subscriber | undefined;
  /** The contract that the call is about. */
  readonly contractId?: string | undefined;
  readonly connection?: Access | undefined;
  /** What the caller did in menus. */
  readonly steps?: readonly MenuStep[] | undefined;
}

/** A caller who goes round and round in a menu makes no window grow without end. */
const mostSteps = 100;

/** What a window shows of who calls. A subscriber's only contract is the one that the call is about. */
export function shownCallerOf({ subscriber, contractId, connection, steps = [] }: KnownCaller): ShownCaller {
  const contracts = subscriber?.contracts ?? [];
  const alerts = new Map(contracts.flatMap((contract) => contract.alerts).map((alert) => [alert.id, alert]));
  return {
    subscriber:
      subscriber === undefined
        ? null
        : {
            id: subscriber.id,
            name: subscriber.name.reveal(),
            document: maskTaxId(subscriber.document.reveal()),
            contracts: contracts.map(shownContract),
          },
    contractId: contractId ?? (contracts.length === 1 ? (contracts[0]?.id ?? null) : null),
    connection:
      connection === undefined
        ? null
        : { state: connection.state, message: connection.message ?? null, forecast: instant(connection.forecast) },
    alerts: [...alerts.values()].map(shownAlert),
    steps: steps.slice(-mostSteps),
  };
}

function shownContract(contract: Contract): NonNullable<ShownCaller['subscriber']>['contracts'][number] {
  const {
    id,
    status,
    suspendedFor = null,
    plan,
    street,
    streetNumber,
    overdueCents,
    overdueCount,
    openCents,
  } = contract;
  const address = `${street}, ${streetNumber}`;
  return { id, status, suspendedFor, plan, address, overdueCents, overdueCount, openCents };
}

function shownAlert({ kind, text, forecast }: Alert): ShownCaller['alerts'][number] {
  return { kind, text, forecast: instant(forecast) };
}

function instant(at: Date | undefined): string | null {
  return at?.toISOString() ?? null;
}
