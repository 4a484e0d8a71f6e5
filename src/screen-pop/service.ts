import type { Clock } from '../kernel/clock.ts';
import { normalizePhone } from '../kernel/phone-number.ts';
import { type NewLiveEvent, recordLive } from '../live/service.ts';
import type { Database, DatabaseConnection } from '../storage/database.ts';
import { type KnownCaller, shownCallerOf } from './caller.ts';
import type { CloseReason, ScreenWindow } from './schemas.ts';
import {
  closeWindows,
  closeWindowsOfCall,
  insertWindow,
  isAnnounced,
  selectLeftOpen,
  selectOpen,
  type WindowsOf,
  windowsOn,
} from './store.ts';
import { type AnnouncedCall, decideOpening, isCaller } from './window-rules.ts';

export { type CallScreens, createCallScreens } from './call-screens.ts';

/** A call that rings at an agent's phone. */
export interface Announcement extends KnownCaller {
  readonly tenantId: number;
  readonly extension: string;
  /** Of our call log; undefined when another exchange has the call. */
  readonly callId?: string | undefined;
  /** The same for every repetition of one announcement. */
  readonly actKey?: string | undefined;
  /** As the network gave it; undefined when withheld. */
  readonly callerNumber: string | undefined;
}

/** What an announcement is taken back by: the call, or who called. */
export type Withdrawal = { readonly tenantId: number; readonly extension: string } & (
  | { readonly callId: string }
  | { readonly caller: Pick<AnnouncedCall, 'callerNumber' | 'subscriberId'> }
);

/** The windows about callers on agents' screens. Each that opens or closes is told in the live stream of its extension. */
export interface Screens {
  /** Opens the window of a call. One call has one window on a screen, however often it is announced. */
  announce(call: Announcement): Promise<void>;
  /** Closes the window of a call that was lost to the phone, or that whoever announced it takes back. */
  withdraw(call: Withdrawal): Promise<void>;
  /** What an agent does; only with a window of that extension. */
  closeByAgent(tenantId: number, extension: string, window: number): Promise<void>;
  /** The windows of a call that are open, on whichever screens. */
  ofCall(tenantId: number, callId: string): Promise<CallWindow[]>;
  /** Closes every window of a call. */
  callEnded(tenantId: number, callId: string): Promise<void>;
  /** Closes windows whose call has ended without us, or that nobody has closed for half a day. @returns how many */
  closeLeftOpen(): Promise<number>;
}

/** A window of a call: whose screen it is on, and what it is about. */
export interface CallWindow {
  readonly extension: string;
  readonly contractId: string | undefined;
  readonly callerNumber: string | undefined;
}

const expireAfterMs = 12 * 3_600_000;

/** The topic under which an extension's windows are told. */
export function extensionTopic(extension: string): string {
  return `extension/${extension}`;
}

/** The windows that are open on an extension, the oldest first. */
export function openWindowsOn(db: Database, tenantId: number, extension: string): Promise<ScreenWindow[]> {
  return windowsOn({ db, tenantId }, extension);
}

interface Parts extends Pick<DatabaseConnection, 'db' | 'pool'> {
  readonly clock: Clock;
}

/** Windows over PostgreSQL: what opens or closes one is told in the same transaction. */
export function createScreens({ db, pool, clock }: Parts): Screens {
  type Change<T> = (windows: WindowsOf, now: Date) => Promise<{ result: T; events: readonly NewLiveEvent[] }>;

  function change<T>(tenantId: number, work: Change<T>): Promise<T> {
    const at = clock.now();
    return recordLive(db, { tenantId, at }, (transaction) => work({ db: transaction, tenantId }, at));
  }

  function close(tenantId: number, reason: CloseReason, find: (windows: WindowsOf) => Promise<readonly number[]>) {
    return change(tenantId, async (windows, at) => {
      const events = await closeAndTell(windows, await find(windows), { at, reason });
      return { result: events.length, events };
    });
  }

  return {
    announce: ({ tenantId, extension, callId, actKey, ...known }) =>
      change(tenantId, async (windows, at) => {
        const callerNumber = normalized(known.callerNumber);
        const caller = shownCallerOf(known);
        const announced = { callId, callerNumber, subscriberId: caller.subscriber?.id };
        if (actKey !== undefined && (await isAnnounced(windows, actKey))) return unchanged;
        const opening = decideOpening(await selectOpen(windows, { extension }), announced, at);
        if (opening.kind === 'shown') return unchanged;
        const closed = await closeAndTell(windows, opening.superseded, { at, reason: 'superseded' });
        const shown = { extension, callId: callId ?? null, callerNumber: callerNumber ?? null, caller };
        const id = await insertWindow(windows, { ...shown, openedAt: at, actKey });
        const window: ScreenWindow = { id, ...shown, openedAt: at.toISOString() };
        const opened = { topic: extensionTopic(extension), type: 'window.opened', data: { window } };
        return { result: undefined, events: [...closed, opened] };
      }),
    async withdraw({ tenantId, extension, ...by }) {
      const reason = 'callId' in by ? 'lost' : 'cancelled';
      await close(tenantId, reason, async (windows) => {
        const open = await selectOpen(windows, { extension });
        if ('callId' in by) return open.filter((window) => window.callId === by.callId).map((window) => window.id);
        const caller = { ...by.caller, callerNumber: normalized(by.caller.callerNumber) };
        return open.filter((window) => window.callId === null && isCaller(window, caller)).map((window) => window.id);
      });
    },
    async closeByAgent(tenantId, extension, id) {
      await close(tenantId, 'closed_by_agent', async (windows) => {
        const open = await selectOpen(windows, { extension });
        return open.filter((window) => window.id === id).map((window) => window.id);
      });
    },
    async ofCall(tenantId, callId) {
      const open = await selectOpen({ db, tenantId }, { callId });
      return open.map(({ extension, contractId, callerNumber }) => ({
        extension,
        contractId: contractId ?? undefined,
        callerNumber: callerNumber ?? undefined,
      }));
    },
    callEnded: (tenantId, callId) =>
      closeWindowsOfCall({ pool, tenantId }, callId, { at: clock.now(), reason: 'call_ended' }),
    async closeLeftOpen() {
      let closed = 0;
      for (const left of await selectLeftOpen(db, new Date(clock.now().getTime() - expireAfterMs))) {
        closed += await close(left.tenantId, left.reason, async () => [left.window]);
      }
      return closed;
    },
  };
}

/** The same number is the same text, with or without country and punctuation; an extension's stays as it is. */
function normalized(number: string | undefined): string | undefined {
  return number === undefined ? undefined : (normalizePhone(number) ?? number);
}

const unchanged = { result: undefined, events: [] };

async function closeAndTell(
  windows: WindowsOf,
  ids: readonly number[],
  end: { readonly at: Date; readonly reason: CloseReason },
): Promise<NewLiveEvent[]> {
  if (ids.length === 0) return [];
  const closed = await closeWindows(windows, ids, end);
  return closed.map(({ id, extension }) => ({
    topic: extensionTopic(extension),
    type: 'window.closed',
    data: { window: id, reason: end.reason },
  }));
}
