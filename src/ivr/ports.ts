import type { Agents } from '../agents/service.ts';
import type { CallbackRequests, CallLog } from '../calls/service.ts';
import type { ErpGateway } from '../erp/service.ts';
import type { BusinessHours } from '../kernel/business-hours.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { QueueFloor } from '../queues/service.ts';
import type { CallScreens } from '../screen-pop/service.ts';
import type { Telephony } from '../telephony/port.ts';
import type { Voicemail } from '../voicemail/service.ts';
import type { Patience, Waits } from './conversation.ts';
import type { ErpWaits } from './erp-wait.ts';
import type { Speech } from './speech/speech.ts';

/** The ERP as menus use it. */
export type MenuErp = Omit<ErpGateway, 'health' | 'resolveDoubts' | 'callEnded' | 'linkLostCalls'>;

/** What menus ask of a tenant's exchange. */
export interface MenuExchange {
  /** The extensions that ring for a number; none when there is no such number. */
  ringTargets(number: string): readonly string[];
  /** Opening hours by name; undefined when there are none, which means always open. */
  openingHours(name: string): BusinessHours | undefined;
}

/** What menus ask of a tenant's queues. */
export type MenuQueues = Pick<
  QueueFloor,
  'settings' | 'enter' | 'waitingIn' | 'talkingIn' | 'wasAnswered' | 'talksTo' | 'talkOver' | 'keepPlace' | 'surveyed'
>;

/** What a tenant has of its own. */
export interface MenuTenant {
  readonly id: number;
  /** IANA name. */
  readonly timeZone: string;
  readonly erp: MenuErp;
  readonly exchange: MenuExchange;
  /** Undefined where nobody waits for agents, as in a terminal. */
  readonly queues?: MenuQueues;
  readonly agents?: Agents;
  /** The windows about callers on agents' screens; undefined where there are none. */
  readonly screens?: Pick<CallScreens, 'of'>;
}

/** What the menus stand on. */
export interface IvrParts {
  readonly telephony: Telephony;
  readonly callLog: Pick<CallLog, 'step' | 'note'>;
  readonly callbacks: CallbackRequests;
  readonly speech: Speech;
  /** The slots of a prompt of the prompt file. */
  promptSlots(id: string): readonly string[];
  /** Mailboxes; undefined where there are none. */
  readonly voicemail?: Voicemail;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly fetch: typeof fetch;
  /** How callers are waited for; the clock's time unless a terminal plays the phone. */
  readonly patience: Patience;
  readonly waits: Waits;
  readonly erpWaits: ErpWaits;
}
