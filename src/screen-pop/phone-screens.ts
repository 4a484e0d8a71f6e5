import type { ErpGateway } from '../erp/service.ts';
import type { Logger } from '../kernel/logger.ts';
import { normalizePhone } from '../kernel/phone-number.ts';
import type { KnownCaller } from './caller.ts';
import type { Screens } from './service.ts';

interface Parts {
  /** Undefined where there are none. */
  readonly screens: Pick<Screens, 'announce' | 'withdraw'> | undefined;
  readonly erp: Pick<ErpGateway, 'can' | 'notifyAgent'>;
  readonly logger: Logger;
}

/** A call for which phones ring. */
interface RingingCall {
  readonly tenantId: number;
  readonly callId: string;
  /** As the network gave it; empty when withheld. */
  readonly callerNumber: string;
  /** What is known of its caller, asked each time that something is told. It must not reject. */
  readonly caller: () => KnownCaller | Promise<KnownCaller>;
}

interface PhoneState {
  readonly extension: string;
  readonly state: 'ringing' | 'lost';
}

/**
 * Tells agents' screens what becomes of their phones, of each in the order in which it happens: a phone that refuses at
 * once must not leave a window behind. What goes wrong is logged and never reaches the call, which does not wait either.
 */
export function tellScreens(parts: Parts, call: RingingCall): (phone: PhoneState) => void {
  const told = new Map<string, Promise<void>>();
  return ({ extension, state }) => {
    const before = told.get(extension) ?? Promise.resolve();
    told.set(
      extension,
      before.then(() => tell(parts, call, extension, state === 'lost')),
    );
  };
}

/**
 * Whom the ERP knows by a number, within its deadline for lookups; a number that several subscribers gave is nobody's.
 * @param hangup ends the lookup
 */
export async function callerByNumber(
  erp: Pick<ErpGateway, 'findByPhone'>,
  callerNumber: string,
  hangup: AbortSignal,
): Promise<KnownCaller> {
  const phone = normalizePhone(callerNumber);
  const found = phone === undefined ? undefined : await erp.findByPhone(phone, hangup);
  const [subscriber, ...others] = found?.kind === 'done' ? found.value : [];
  if (subscriber === undefined || others.length > 0) return {};
  const [contract, ...more] = subscriber.contracts;
  return { subscriber, contractId: more.length === 0 ? contract?.id : undefined };
}

/** The ERP of our own opens our windows itself, with all that it knows; beside any other, ours tell what is known here. */
async function tell(parts: Parts, call: RingingCall, extension: string, lost: boolean): Promise<void> {
  const { can } = parts.erp;
  const caller = await call.caller();
  const isKnown = caller.contractId !== undefined;
  await Promise.all([
    isKnown && can.ownWindows === true ? undefined : showWindow(parts, call, caller, extension, lost),
    isKnown && (!lost || can.closeNotice)
      ? notifyErp(parts, call, caller.contractId ?? '', extension, lost)
      : undefined,
  ]);
}

async function showWindow(
  { screens, logger }: Parts,
  { tenantId, callId, callerNumber }: RingingCall,
  caller: KnownCaller,
  extension: string,
  lost: boolean,
): Promise<void> {
  const where = { tenantId, extension, callId };
  try {
    if (lost) await screens?.withdraw(where);
    else await screens?.announce({ ...where, callerNumber: given(callerNumber), ...caller });
  } catch (error) {
    logger.error({ err: error, callId }, 'the window about a caller failed');
  }
}

async function notifyErp(
  { erp, logger }: Parts,
  { callId, callerNumber }: RingingCall,
  contractId: string,
  extension: string,
  lost: boolean,
): Promise<void> {
  try {
    const notice = { contractId, extension, callId, callerNumber: given(callerNumber), lost };
    const outcome = await erp.notifyAgent(notice);
    if (outcome.kind !== 'done') logger.warn({ callId, outcome: outcome.kind }, 'an agent was not notified');
  } catch (error) {
    logger.error({ err: error, callId }, 'notifying an agent failed');
  }
}

function given(callerNumber: string): string | undefined {
  return callerNumber === '' ? undefined : callerNumber;
}
