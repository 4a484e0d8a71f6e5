import type { Access, AgentNotice, Subscriber } from '../erp/port.ts';
import { normalizePhone } from '../kernel/phone-number.ts';
import type { Screens } from '../screen-pop/service.ts';
import { noConcentrators } from './network/concentrators.ts';
import { checkAccess } from './network/service.ts';
import type { Provider } from './provider.ts';
import { findByPhone, findWhole } from './subscribers/service.ts';

/** A call at an agent's phone, as another exchange or system announces it. */
export interface CallNotice {
  readonly extension: string;
  /** Undefined when only the number tells who calls. */
  readonly about: NamedCaller | undefined;
  readonly callerNumber: string | undefined;
}

/** Who calls, by the contract, our id of the subscriber, or the provider's number for them. */
export type NamedCaller = { readonly contract: number } | { readonly subscriber: number } | { readonly code: number };

/**
 * Opens the window about a call of another exchange on an agent's screen.
 * @param actKey the same for every repetition of the announcement
 * @returns false when nobody is who is named; a number that leads to nobody, or to several, is no error
 */
export async function announceCall(
  provider: Provider,
  screens: Screens,
  notice: CallNotice & { readonly actKey: string },
): Promise<boolean> {
  const { tenantId } = provider;
  const { about, extension, actKey, callerNumber } = notice;
  const subscriber = await subscriberOf(provider, notice);
  if (subscriber === undefined && about !== undefined) return false;
  const known = await knownOf(provider, subscriber, about);
  await screens.announce({ tenantId, extension, actKey, callerNumber, ...known });
  return true;
}

/** Closes the window about a call that was announced, if it is open. @returns false when nobody is who is named */
export async function withdrawCall(provider: Provider, screens: Screens, notice: CallNotice): Promise<boolean> {
  const { about, extension, callerNumber } = notice;
  const subscriber = await subscriberOf(provider, notice);
  if (subscriber === undefined && about !== undefined) return false;
  const caller = { callerNumber, subscriberId: subscriber?.id };
  await screens.withdraw({ tenantId: provider.tenantId, extension, caller });
  return true;
}

/** Opens, or when the call was lost to the phone closes, the window about a call of our own. False: no such contract. */
export async function showCall(
  provider: Provider,
  screens: Screens,
  notice: Omit<AgentNotice, 'contractId'> & { readonly contractId: number },
): Promise<boolean> {
  const { contractId, extension, callId, callerNumber, lost, steps } = notice;
  const where = { tenantId: provider.tenantId, extension, callId };
  if (lost) {
    await screens.withdraw(where);
    return true;
  }
  const subscriber = await findWhole(provider, { wholeOfContract: contractId });
  if (subscriber === undefined) return false;
  await screens.announce({
    ...where,
    callerNumber,
    steps,
    ...(await knownOf(provider, subscriber, { contract: contractId })),
  });
  return true;
}

async function subscriberOf(provider: Provider, notice: CallNotice): Promise<Subscriber | undefined> {
  const { about, callerNumber } = notice;
  if (about !== undefined) {
    return findWhole(provider, 'contract' in about ? { wholeOfContract: about.contract } : about);
  }
  const phone = callerNumber === undefined ? undefined : normalizePhone(callerNumber);
  if (phone === undefined) return undefined;
  const [subscriber, another] = await findByPhone(provider, phone);
  return another === undefined ? subscriber : undefined;
}

async function knownOf(provider: Provider, subscriber: Subscriber | undefined, about: NamedCaller | undefined) {
  const only = subscriber?.contracts.length === 1 ? subscriber.contracts[0]?.id : undefined;
  const contractId = about !== undefined && 'contract' in about ? String(about.contract) : only;
  const connection = contractId === undefined ? undefined : await connectionOf(provider, Number(contractId));
  return { subscriber, contractId, connection };
}

/** By accounting alone: a concentrator that is asked may let the agent wait for seconds. */
function connectionOf(provider: Provider, contractId: number): Promise<Access | undefined> {
  return checkAccess(provider, noConcentrators, contractId, new AbortController().signal);
}
