import { z } from 'zod';
import { callStep } from '../calls/schemas.ts';

const contractShown = z.object({
  id: z.string(),
  status: z.enum(['active', 'suspended', 'reduced', 'installing', 'inactive', 'cancelled']),
  /** Why it is suspended; null when it is not. */
  suspendedFor: z.enum(['debt', 'request', 'other']).nullable(),
  plan: z.string(),
  /** Street and number of installation. */
  address: z.string(),
  overdueCents: z.int(),
  overdueCount: z.int(),
  openCents: z.int(),
});

const alertShown = z.object({
  kind: z.enum(['outage', 'notice']),
  text: z.string(),
  /** When service is expected back. */
  forecast: z.iso.datetime().nullable(),
});

const connectionShown = z.object({
  state: z.enum(['online', 'offline', 'maintenance', 'concentrator_down', 'other']),
  message: z.string().nullable(),
  forecast: z.iso.datetime().nullable(),
});

/** What a window tells of who calls; everything is empty when nobody was identified. */
export const shownCaller = z.object({
  subscriber: z
    .object({
      id: z.string(),
      name: z.string(),
      /** CPF or CNPJ with its beginning and end masked. */
      document: z.string(),
      contracts: z.array(contractShown),
    })
    .nullable(),
  /** The contract that the call is about, of those of the subscriber. */
  contractId: z.string().nullable(),
  /** That contract's; null where nobody could tell at once. */
  connection: connectionShown.nullable(),
  alerts: z.array(alertShown),
  /** What the caller did in menus until the phone rang, the last of it; of who is called back, until they asked for that. */
  steps: z.array(callStep).default([]),
});
export type ShownCaller = z.infer<typeof shownCaller>;

/** A window that is open on an agent's screen. */
export const screenWindow = z.object({
  id: z.int(),
  extension: z.string(),
  /** The call in our call log; null where another exchange announced it. */
  callId: z.string().nullable(),
  /** E.164, or as it was announced where it is no such number; null when withheld. */
  callerNumber: z.string().nullable(),
  openedAt: z.iso.datetime(),
  caller: shownCaller,
});
export type ScreenWindow = z.infer<typeof screenWindow>;

/**
 * `lost`: the phone stopped ringing unanswered, or another took the call; `cancelled`: who announced it took it back;
 * `call_ended`; `closed_by_agent`; `superseded`: another call of the same caller, or too many windows were open;
 * `expired`: nobody closed it for half a day.
 */
export const closeReason = z.enum(['lost', 'cancelled', 'call_ended', 'closed_by_agent', 'superseded', 'expired']);
export type CloseReason = z.infer<typeof closeReason>;

/** `data` of the event `window.opened`. */
export const windowOpened = z.object({ window: screenWindow });
/** `data` of the event `window.closed`. */
export const windowClosed = z.object({ window: z.int(), reason: closeReason });
/** `data` of `stream.snapshot`: the windows that are open, the oldest first. */
export const openWindows = z.object({ windows: z.array(screenWindow) });

/** What an agent's program may say. */
export const agentMessage = z.object({ type: z.literal('window.close'), window: z.int().min(1).max(2_147_483_647) });
