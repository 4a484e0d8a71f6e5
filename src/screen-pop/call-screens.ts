import type { CallLog } from '../calls/service.ts';
import type { ErpGateway } from '../erp/service.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { KnownCaller } from './caller.ts';
import { type LookupParts, lookUpCaller } from './caller-lookup.ts';
import type { Screens } from './service.ts';

/** A call for which phones ring. */
export interface RingingCall {
  readonly callId: string;
  /** As the network gave it; empty when withheld. */
  readonly callerNumber: string;
  /** Who calls, as far as somebody has asked already; the call log and the number tell when left out. */
  readonly known?: Pick<KnownCaller, 'subscriber' | 'contractId'>;
  /** Of who is called back: the call in which that was asked for. */
  readonly askedIn?: string;
  /** Ends what is asked of the ERP about the caller. */
  readonly gone?: AbortSignal;
}

interface PhoneState {
  readonly extension: string;
  readonly state: 'ringing' | 'lost';
}

/** The windows about the callers of one tenant. Nothing here rejects, and no call waits for it. */
export interface CallScreens {
  /** Makes what is told of each phone that rings for a call, and of each that it is lost to. */
  of(call: RingingCall): (phone: PhoneState) => void;
  /**
   * Closes the windows of a call at phones that do not ring any more and that nobody has answered: after a restart, or when a
   * call has ended that nobody watched.
   * @param talkingAt the extension that talks to the caller, if one does
   */
  takeBack(callId: string, talkingAt?: string): Promise<void>;
  /** Closes the windows of a call that is over. */
  ended(callId: string): void;
}

interface Parts extends Omit<LookupParts, 'erp'> {
  readonly tenantId: number;
  readonly screens: Pick<Screens, 'announce' | 'withdraw' | 'ofCall' | 'callEnded'>;
  readonly erp: LookupParts['erp'] & Pick<ErpGateway, 'notifyAgent'>;
  readonly callLog: Pick<CallLog, 'find'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What agents' screens are told of a phone. */
interface Notice extends KnownCaller {
  readonly callId: string;
  readonly extension: string;
  readonly callerNumber: string | undefined;
  readonly lost: boolean;
}

/** The screens of a tenant's agents: our own windows, and those of a provider's ERP. */
export function createCallScreens(parts: Parts): CallScreens {
  const { tenantId, screens, erp, callLog, logger } = parts;
  /** What is being told of calls. */
  const telling = new Map<string, Promise<unknown>>();
  /** Calls whose phones we watch: whichever is lost is told. */
  const watched = new Set<string>();

  /** Remembers that something is being told of a call, until all of it is. */
  async function remember(callId: string, notice: Promise<void>): Promise<void> {
    const all = Promise.all([telling.get(callId), notice]);
    telling.set(callId, all);
    await all;
    if (telling.get(callId) === all) telling.delete(callId);
  }

  /** The ERP of our own opens our windows itself, with all that it knows; beside any other, ours tell what is known here. */
  async function tell(notice: Notice): Promise<void> {
    const { contractId, lost } = notice;
    const { can } = erp;
    const isErpTold = contractId !== undefined && (!lost || can.closeNotice);
    await Promise.all([
      contractId !== undefined && can.ownWindows === true ? undefined : showWindow(notice),
      isErpTold ? notifyErp({ ...notice, contractId }) : undefined,
    ]);
  }

  async function showWindow({ lost, ...call }: Notice): Promise<void> {
    try {
      await (lost ? screens.withdraw({ tenantId, ...call }) : screens.announce({ tenantId, ...call }));
    } catch (error) {
      logger.error({ err: error, callId: call.callId }, 'the window about a caller failed');
    }
  }

  async function notifyErp(notice: Notice & { readonly contractId: string }): Promise<void> {
    const { contractId, extension, callId, callerNumber, lost, steps } = notice;
    try {
      const outcome = await erp.notifyAgent({ contractId, extension, callId, callerNumber, lost, steps });
      if (outcome.kind !== 'done') logger.warn({ callId, outcome: outcome.kind }, 'an agent was not notified');
    } catch (error) {
      logger.error({ err: error, callId }, 'notifying an agent failed');
    }
  }

  async function takeBack(callId: string, talkingAt?: string): Promise<void> {
    await telling.get(callId);
    try {
      const open = (await screens.ofCall(tenantId, callId)).filter(({ extension }) => extension !== talkingAt);
      if (open.length === 0) return;
      const legs = (await callLog.find(tenantId, callId))?.legs ?? [];
      const talked = new Set(legs.filter(({ answeredAt }) => answeredAt !== null).map(({ number }) => number));
      const lost = open.filter(({ extension }) => !talked.has(extension));
      await Promise.all(lost.map((window) => tell({ ...window, callId, lost: true })));
    } catch (error) {
      logger.warn({ err: error, callId }, 'the windows of a call were not taken back');
    }
  }

  async function end(callId: string): Promise<void> {
    // Of a caller who hangs up this may be told first, and that the phones are lost in the same turn of the event loop.
    await Promise.resolve();
    await (watched.delete(callId) ? telling.get(callId) : takeBack(callId));
    await screens.callEnded(tenantId, callId);
  }

  return {
    of(call) {
      const { callId } = call;
      const callerNumber = call.callerNumber === '' ? undefined : call.callerNumber;
      const told = new Map<string, Promise<void>>();
      let known: Promise<KnownCaller> | undefined;
      // Of each phone in the order in which it happens: one that refuses at once must not leave a window behind.
      return ({ extension, state }) => {
        watched.add(callId);
        const before = told.get(extension) ?? Promise.resolve();
        known ??= lookUpCaller(parts, call);
        const caller = known;
        const next = before
          .then(async () => tell({ ...(await caller), callId, extension, callerNumber, lost: state === 'lost' }))
          .catch((error: unknown) => logger.error({ err: error, callId }, 'the screen of a phone was not told'));
        told.set(extension, next);
        void remember(callId, next);
      };
    },
    takeBack,
    ended(callId) {
      end(callId).catch((error: unknown) => {
        logger.warn({ err: error, callId }, 'the windows of a call were not closed; they are within a minute');
      });
    },
  };
}
