import type { LegChange } from '../telephony/port.ts';
import type { OverflowReason } from './call-store.ts';
import type { Untaken } from './floor.ts';
import type { LiveQueue, NewQueue, QueueChange, QueueMember, QueueSettings } from './schemas.ts';

export { openFloor } from './open-floor.ts';
export { musicOf } from './queue-music.ts';
export { createQueues } from './queues.ts';

/** A call that comes into a queue. */
export interface QueuingCall {
  readonly callId: string;
  /** Undefined when withheld. */
  readonly callerNumber: string | undefined;
  /** Minutes that the caller is ahead of others. */
  readonly priority: number;
}

/** What happens next to who waits. */
export type NextInLine =
  | {
      /** These phones are to ring; one of the two is told what comes of it. */
      readonly kind: 'ring';
      readonly extensions: readonly string[];
      readonly seconds: number;
      readonly autoAnswer: boolean;
      readonly answered: (extension: string) => void;
      readonly untaken: (why: Untaken) => void;
    }
  /** The longest wait is over. */
  | { readonly kind: 'late' }
  /** Nobody who serves the queue is logged in. */
  | { readonly kind: 'nobody' }
  /** Somebody has moved the caller, who waits in that queue from now on. */
  | { readonly kind: 'moved'; readonly queue: string };

/** A caller's place in a queue. */
export interface Place {
  /** 1 is the next. */
  readonly position: number;
  /** Undefined when nobody takes calls. */
  readonly expectedWaitMs: number | undefined;
  /** When the caller came. Milliseconds of the epoch. */
  readonly sinceMs: number;
  /** When the longest wait is over; undefined: never. Milliseconds of the epoch. */
  readonly lateMs: number | undefined;
  /** Whether anybody who serves the queue is logged in. */
  readonly isServed: boolean;
  /** Waits. Resolves when something is to be done; rejects with the signal's reason. */
  next(signal: AbortSignal): Promise<NextInLine>;
  /** Leaves for somewhere else. */
  overflow(reason: OverflowReason): void;
  /** Is offered to nobody until `next`, but keeps the place. */
  stepOut(): void;
}

/** The queues of one tenant, as calls see them. */
export interface QueueFloor {
  settings(number: string): QueueSettings | undefined;
  /**
   * Lets a call wait in a queue; one that waits there already keeps its place.
   * @returns why it cannot wait there
   * @throws AppError `not_found` when there is no such queue
   */
  enter(call: QueuingCall, number: string): Place | OverflowReason;
  /** The queue in which a call waits. */
  waitingIn(callId: string): string | undefined;
  /** Whether a call was answered by way of a queue since an instant; false also when the database does not say so soon. */
  wasAnswered(callId: string, since: Date): Promise<boolean>;
  /** The queue by way of which a call talks. */
  talkingIn(callId: string): string | undefined;
  /**
   * Lets a caller who waits in one queue wait in another, at the place that the whole wait gives there.
   * @throws AppError `not_found` when no such caller waits there, or there is no such queue; `conflict` while an agent or
   * the group is rung for the caller, or a callback is being asked for, and when the other queue is full or closed
   */
  move(callId: string, from: string, to: string): void;
  /**
   * A call that waits in a queue, or did, talks to an extension: it was answered, by the agent who is logged in there if
   * that one serves the queue. What is known already stays, so it may be told again after a restart.
   */
  talksTo(callId: string, number: string, extension: string): void;
  /** A call's talk is over. An agent's is when the agent's phone is out of it, which nobody needs to tell. */
  talkOver(callId: string): void;
  /** An extension that talked by way of one call will talk on by way of another, because the two are being joined. */
  joined(callId: string, into: string, extension: string): void;
  /** Keeps the place of a call that waits, for who is called back at this number. @returns false when it waits nowhere */
  keepPlace(callId: string, number: string): boolean;
  /** The note that a caller gave for the last talk in a queue, 0 to 10. */
  surveyed(callId: string, score: number): void;
  /** Something became of a leg of some call. */
  legChanged(change: LegChange): void;
  /** @param lost whether it ended because the exchange died @param at when; now if left out */
  callEnded(callId: string, lost: boolean, at?: Date): void;
  /**
   * Compares what is remembered with what goes on, after each connection to the exchange.
   * @param openCalls by their ids
   * @param ends of calls that ended while nobody was looking, or that a phone left, by their ids: when that was
   */
  reconcile(openCalls: ReadonlySet<string>, ends: ReadonlyMap<string, Date>): Promise<void>;
  /** Reads queues, members and agents again. */
  reload(): Promise<void>;
  /** How everything stands. */
  live(): LiveQueue[];
}

/** A tenant's queues as an administrator keeps them. Every change is in effect when its promise resolves. */
export interface Queues {
  list(tenantId: number): Promise<QueueSettings[]>;
  /** @throws AppError `not_found`, as all that name one */
  find(tenantId: number, number: string): Promise<QueueSettings>;
  /** @throws AppError `conflict` when the number is a queue's, an extension's or a menu's; a group's number may be a queue's too */
  create(tenantId: number, queue: NewQueue): Promise<QueueSettings>;
  change(tenantId: number, number: string, change: QueueChange): Promise<QueueSettings>;
  /**
   * Who waits in it is rung at the group of the number, or goes where the flow says; who is to be called back is not.
   * @throws AppError `conflict` while a number, a group, an extension or another queue leads to it
   */
  remove(tenantId: number, number: string): Promise<void>;
  /** Lets callers hear this WAV file while they wait. @throws AppError `bad_request` when it is none */
  setMusic(tenantId: number, number: string, wav: Uint8Array): Promise<QueueSettings>;
  /** They hear the usual music again. */
  removeMusic(tenantId: number, number: string): Promise<QueueSettings>;
  members(tenantId: number, number: string): Promise<QueueMember[]>;
  /** Puts these in the place of all there are. @throws AppError `bad_request` for who is no agent */
  setMembers(tenantId: number, number: string, members: readonly QueueMember[]): Promise<QueueMember[]>;
}
