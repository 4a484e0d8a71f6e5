import type { Contract, Subscriber } from '../erp/port.ts';
import type { Utterance } from './speech/utterance.ts';

/** What fills a slot: one thing to say, several in a row, or none. */
export type SlotValue = Utterance | readonly Utterance[];

/** Slots that come from who is calling; every other slot is filled by a node. */
export const derivedSlots = [
  'first_name',
  'street',
  'plan',
  'contract_count',
  'overdue_amount',
  'overdue_count',
  'open_amount',
  'caller_number',
  'contract_id',
  'subscriber_id',
  'call_id',
] as const;
export type DerivedSlot = (typeof derivedSlots)[number];

/** Who is calling, as far as it is known. */
export interface KnownCaller {
  readonly callerNumber: string;
  readonly callId: string;
  readonly subscriber: Subscriber | undefined;
  readonly contract: Contract | undefined;
  /** Debts are read aloud only to who proved to be the subscriber. */
  readonly proven: boolean;
}

/** The value of a slot that comes from the caller; undefined when it is not known, or not to be said. */
export function derivedSlot(name: string, caller: KnownCaller): SlotValue | undefined {
  const { subscriber, contract, proven } = caller;
  switch (name as DerivedSlot) {
    case 'first_name':
      return subscriber && { name: subscriber.firstName };
    case 'street':
      return contract && { street: contract.street };
    case 'plan':
      return contract && { text: contract.plan };
    case 'contract_count':
      return subscriber && { count: subscriber.contracts.length, of: 'contract' };
    case 'overdue_amount':
      return proven && contract ? { amountCents: contract.overdueCents } : undefined;
    case 'overdue_count':
      return proven && contract ? { count: contract.overdueCount, of: 'invoice' } : undefined;
    case 'open_amount':
      return proven && contract ? { amountCents: contract.openCents } : undefined;
    case 'caller_number':
      return caller.callerNumber === '' ? undefined : { digits: caller.callerNumber.replaceAll(/\D/g, '') };
    case 'contract_id':
      return contract && { text: contract.id };
    case 'subscriber_id':
      return subscriber && { text: subscriber.id };
    case 'call_id':
      return { text: caller.callId };
    default:
      return undefined;
  }
}

/** A slot's value as plain text, for variables and requests; undefined for what is only fit to be spoken. */
export function plainValue(value: SlotValue | undefined): string | undefined {
  if (value === undefined || isList(value)) return undefined;
  if ('text' in value) return value.text;
  if ('digits' in value) return value.digits;
  if ('protocol' in value) return value.protocol;
  if ('date' in value) return value.date;
  if ('time' in value) return value.time;
  if ('amountCents' in value) return String(value.amountCents);
  if ('count' in value) return String(value.count);
  if ('minutes' in value) return String(value.minutes);
  return undefined;
}

/** A slot's value as a list. */
export function inARow(value: SlotValue): readonly Utterance[] {
  return isList(value) ? value : [value];
}

function isList(value: SlotValue): value is readonly Utterance[] {
  return Array.isArray(value);
}
