import type { Access, Alert, Contract, Invoice, Subscriber } from '../../src/erp/port.ts';
import type { MenuErp } from '../../src/ivr/ports.ts';
import { done, nothingToDo } from '../../src/kernel/outcome.ts';
import { Personal } from '../../src/kernel/personal.ts';
import { requireTaxId } from '../../src/kernel/tax-id.ts';

/** An ERP that answers as a test says, and remembers what was asked of it. */
export interface ScriptedErp extends MenuErp {
  readonly asked: { readonly operation: string; readonly argument: unknown }[];
}

export const anaDocument = '52998224725';

/** A contract in good order. */
export function contractOf(change: Partial<Contract> = {}): Contract {
  return {
    id: '501',
    status: 'active',
    suspendedFor: undefined,
    plan: 'Fibra 500',
    street: 'Rua das Acácias',
    streetNumber: '12',
    overdueCents: 0,
    overdueCount: 0,
    openCents: 9_990,
    unlocksThisMonth: 0,
    alerts: [],
    ...change,
  };
}

/** Suspended for one overdue invoice. */
export function suspendedContract(change: Partial<Contract> = {}): Contract {
  return contractOf({ status: 'suspended', suspendedFor: 'debt', overdueCents: 12_050, overdueCount: 1, ...change });
}

export function subscriberOf(contracts: readonly Contract[], document = anaDocument): Subscriber {
  const name = new Personal('Ana Teixeira', 'A*** T***');
  return { id: '71', name, firstName: 'Ana', document: requireTaxId(document), contracts };
}

/** What the ERP knows, and answers of single operations that are to be different. */
export interface ErpScript {
  readonly subscribers?: readonly Subscriber[];
  /** Who is found by the caller's number, `+55…`. */
  readonly byPhone?: Readonly<Record<string, readonly Subscriber[]>>;
  readonly alerts?: readonly Alert[];
  readonly invoices?: readonly Invoice[];
  /** Answers of successive checks; the last one stays. */
  readonly access?: readonly Access['state'][];
  readonly answers?: Partial<MenuErp>;
}

/** An ERP with these subscribers, in which everything works. */
export function scriptedErp(script: ErpScript = {}): ScriptedErp {
  const { subscribers = [], byPhone = {}, alerts = [], invoices = [], access = ['online'], answers = {} } = script;
  const asked: { operation: string; argument: unknown }[] = [];
  let checks = 0;
  const found = (match: (each: Subscriber) => boolean) => {
    const subscriber = subscribers.find(match);
    return subscriber === undefined ? nothingToDo('not_found') : done(subscriber);
  };
  const erp: MenuErp = {
    can: { resetSession: true, resetMac: true, closeNotice: true, linkCall: false },
    findByDocument: async (document) => found((each) => each.document.reveal() === document.reveal()),
    findByContract: async (id) => found((each) => each.contracts.some((contract) => contract.id === id)),
    findByPhone: async (phone) => {
      const people = byPhone[phone];
      return people === undefined ? nothingToDo('not_found') : done([...people]);
    },
    openInvoices: async () => done([...invoices]),
    providerAlerts: async () => done([...alerts]),
    checkAccess: async () => {
      const state = access[Math.min(checks, access.length - 1)] ?? 'online';
      checks += 1;
      return done({ state, message: undefined, forecast: undefined });
    },
    trustUnlock: async () => done({ protocol: '20261121000001', days: 3, until: '2026-11-24' }),
    sendInvoice: async ({ by }) =>
      done({
        protocol: '20261121000002',
        to: by === 'sms' ? new Personal('+5534999991234', '*******1234') : undefined,
      }),
    openTicket: async () => done({ protocol: '20261121000003' }),
    resetSession: async () => done(null),
    resetMac: async () => done(null),
    notifyAgent: async () => done(null),
    ...answers,
  };
  return { ...recorded(erp, asked), asked };
}

function recorded(erp: MenuErp, asked: { operation: string; argument: unknown }[]): MenuErp {
  const { can, ...operations } = erp;
  const entries = Object.entries(operations) as [string, (...given: unknown[]) => unknown][];
  const wrapped = entries.map(([operation, answer]) => [
    operation,
    (...given: unknown[]) => {
      asked.push({ operation, argument: given[0] });
      return answer(...given);
    },
  ]);
  return { can, ...Object.fromEntries(wrapped) } as MenuErp;
}
