import type { CallDetail } from '../calls/schemas.ts';
import type { CallLog } from '../calls/service.ts';
import type { Access, Subscriber } from '../erp/port.ts';
import type { ErpGateway } from '../erp/service.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { normalizePhone } from '../kernel/phone-number.ts';
import type { RingingCall } from './call-screens.ts';
import type { KnownCaller } from './caller.ts';

export interface LookupParts {
  readonly tenantId: number;
  readonly erp: Pick<ErpGateway, 'can' | 'findByContract' | 'findByPhone' | 'checkAccess'>;
  readonly callLog: Pick<CallLog, 'find'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A window does not wait longer for a provider's ERP to look at the connection: it may ask the concentrator. */
const connectionMs = 1_000;

const never = new AbortController().signal;

/**
 * Who calls: as the menu knows, as the call log has it of a call that came by a menu, or else as the ERP knows the number.
 * Whoever was asked in a menu and could not be found is nobody, whatever the number says. Never rejects: what cannot be had
 * in time is left out.
 */
export async function lookUpCaller(parts: LookupParts, call: RingingCall): Promise<KnownCaller> {
  const { erp } = parts;
  const { callerNumber, known, gone = never } = call;
  const logged = await loggedCall(parts, call.askedIn ?? call.callId);
  const steps = logged?.steps ?? [];
  const contractId = known === undefined ? (logged?.contractId ?? undefined) : known.contractId;
  if (contractId === undefined) {
    const wasAsked = known?.subscriber !== undefined || steps.some(({ kind }) => kind === 'identify');
    return { ...(wasAsked ? known : await callerByNumber(erp, callerNumber, gone)), steps };
  }
  // Such an ERP looks by itself.
  if (erp.can.ownWindows === true) return { contractId, steps };
  const [subscriber, connection] = await Promise.all([
    known?.subscriber ?? subscriberOf(parts, contractId, gone),
    connectionOf(parts, contractId, gone),
  ]);
  return { subscriber, contractId, connection, steps };
}

/**
 * Whom the ERP knows by a number, within its deadline for lookups; a number that several subscribers gave is nobody's.
 * @param gone ends the lookup
 */
export async function callerByNumber(
  erp: Pick<ErpGateway, 'findByPhone'>,
  callerNumber: string,
  gone: AbortSignal,
): Promise<KnownCaller> {
  const phone = normalizePhone(callerNumber);
  const found = phone === undefined ? undefined : await erp.findByPhone(phone, gone);
  const [subscriber, ...others] = found?.kind === 'done' ? found.value : [];
  if (subscriber === undefined || others.length > 0) return {};
  const [contract, ...more] = subscriber.contracts;
  return { subscriber, contractId: more.length === 0 ? contract?.id : undefined };
}

async function loggedCall({ tenantId, callLog, logger }: LookupParts, callId: string): Promise<CallDetail | undefined> {
  try {
    return await callLog.find(tenantId, callId);
  } catch (error) {
    logger.warn({ err: error, callId }, 'a window tells nothing of what its caller did in menus');
    return undefined;
  }
}

async function subscriberOf(
  { erp }: LookupParts,
  contractId: string,
  gone: AbortSignal,
): Promise<Subscriber | undefined> {
  const found = await erp.findByContract(contractId, gone);
  return found.kind === 'done' ? found.value : undefined;
}

async function connectionOf(
  { erp, clock }: LookupParts,
  contractId: string,
  gone: AbortSignal,
): Promise<Access | undefined> {
  const late = new AbortController();
  const stop = AbortSignal.any([gone, late.signal]);
  const waited = clock.sleep(connectionMs, stop).catch(() => undefined);
  const checked = await Promise.race([erp.checkAccess(contractId, stop), waited]);
  late.abort();
  return checked?.kind === 'done' ? checked.value : undefined;
}
