import type { Readable } from 'node:stream';
import type { ProtocolNumber } from '../kernel/protocol-number.ts';
import type { KeyPress, LegChange } from '../telephony/port.ts';
import type { CallDetail, CallSummary, Direction, EndReason, RecordingRule, RecordingSummary } from './schemas.ts';

/** A caller's leg as the log opens it. */
export interface NewCall {
  readonly tenantId: number;
  readonly channelId: string;
  readonly callerNumber: string;
  readonly dialled: string;
  readonly direction: Direction;
  readonly startedAt: Date;
  /** The trunk it came in by. */
  readonly trunkId?: number | undefined;
  /** What a program that asked for the call was given to find it by. */
  readonly requestId?: string;
}

/** Which calls a report is of. */
export interface ReportRange {
  /** The first instant at which they ended, and the first one after them. */
  readonly from: Date;
  readonly until: Date;
  readonly limit: number;
}

/** A call that is over, as reports tell of it. */
export interface ReportedCall {
  readonly id: string;
  /** Its number, in the order in which calls came. */
  readonly serial: string;
  readonly uniqueid: string;
  readonly requestId: string | null;
  readonly direction: Direction;
  readonly startedAt: Date;
  readonly answeredAt: Date | null;
  readonly endedAt: Date;
  readonly endReason: EndReason | null;
  readonly hangUpCause: number | null;
  readonly callerNumber: string;
  readonly dialled: string;
  readonly answeredBy: string | null;
  readonly protocols: readonly string[];
  readonly ringMs: number;
  readonly waitMs: number;
  readonly talkMs: number;
  /** The name of the trunk it came in by, or the last one it was tried on. */
  readonly trunk: string | null;
  /** The first flow the caller was in. */
  readonly flow: string | null;
  /** How long the caller waited in queues, in all; null where there was none. */
  readonly queueMs: number | null;
  readonly tenant: string;
}

/** A leg of a call that goes on. */
export interface LiveLeg {
  readonly channelId: string;
  readonly role: 'caller' | 'placed';
  readonly number: string;
  readonly state: 'calling' | 'ringing' | 'up' | 'held';
}

/** A call that goes on. */
export interface LiveCallView {
  readonly id: string;
  readonly channelId: string;
  readonly uniqueid: string;
  readonly direction: Direction;
  readonly startedAt: Date;
  readonly callerNumber: string;
  readonly dialled: string;
  readonly answeredBy: string | null;
  readonly trunkId: number | null;
  readonly queue: string | null;
  readonly json1: string | null;
  readonly json2: string | null;
  readonly json3: string | null;
  /** Those that have not ended. */
  readonly legs: readonly LiveLeg[];
}

/** What a flow must remember to go on at its node after a restart; JSON, without personal data in clear. */
export type FlowState = Readonly<Record<string, unknown>>;

export interface OpenCall {
  readonly id: string;
  readonly channelId: string;
  readonly tenantId: number;
  readonly dialled: string;
  readonly startedAt: Date;
  readonly flowState: FlowState | undefined;
  /** Its other legs that have not ended, and those of them that were placed for it and answered. */
  readonly openLegs: readonly string[];
  readonly talkingLegs: readonly string[];
}

export interface EnteredStep {
  readonly flow: string;
  readonly node: string;
  readonly kind: string;
  readonly at: Date;
  readonly state: FlowState;
}

export interface LeftStep {
  readonly exit: string;
  /** Already masked by the node that took them. */
  readonly digits?: string | undefined;
  readonly at: Date;
}

export interface CallFacts {
  readonly subscriberId?: string;
  readonly contractId?: string;
  /** Added to those the call has. */
  readonly protocol?: string;
  readonly answeredBy?: string;
  readonly json1?: string;
  readonly json2?: string;
  readonly json3?: string;
  /** The trunk it is tried on. */
  readonly trunkId?: number;
  /** The queue it waits in; the next one takes its place. */
  readonly queue?: string;
}

/**
 * The log of calls: one row per call, one per step, one per leg. Writing never blocks a call and never fails it: rows are written
 * behind, in order, within milliseconds, and kept in memory while the database is away. `flush` waits until
 * everything said so far is stored.
 */
export interface CallLog {
  /** Opens the row of a call; told twice of one channel it is one row. */
  open(call: NewCall): string;
  /**
   * A call that was opened on a channel that stood for it goes on on another one.
   * @returns its id; undefined when there is no such call
   */
  move(openedOn: string, channelId: string): string | undefined;
  /** Another channel of the call is its caller's from now on, and no flow has it any more. */
  goOnWith(callId: string, channelId: string): void;
  /** One step left, the next entered; either may be absent at the ends of a flow. */
  step(callId: string, change: { readonly left?: LeftStep; readonly entered?: EnteredStep }): void;
  note(callId: string, facts: CallFacts): void;
  /**
   * Something became of a leg of the call on its caller's channel; what comes of a call that is not known is nothing. One that is
   * placed and has been another call's leg is that one's no more: each INVITE has one row.
   */
  leg(change: LegChange): void;
  close(callId: string, end: { readonly reason: EndReason; readonly cause?: number; readonly at: Date }): void;
  flush(): Promise<void>;
  /** Every call without an end, with the state its flow was in. */
  openCalls(): Promise<OpenCall[]>;
  /** The call on a leg, if it has no end; only those opened here or read by `openCalls` are known. */
  openCallOn(channelId: string): OpenCall | undefined;
  /** Whose call it is on a leg; known a minute longer than the call. */
  tenantOn(channelId: string): number | undefined;
  /** The tenant's calls that go on, from memory: those opened here or read by `openCalls`. */
  live(tenantId: number): LiveCallView[];
  /** Ids of the same calls, by the numbers at which they have legs. Not a copy: what it says changes as calls do. */
  phones(tenantId: number): ReadonlyMap<string, ReadonlySet<string>>;
  /**
   * Calls that ended in a range, the oldest end first, at most `limit`: but a second is never split, so that whoever goes
   * on after the last one misses nothing.
   */
  report(tenantId: number, range: ReportRange): Promise<ReportedCall[]>;
  /** A call that is over, by the id a program asked for it by, by its unique id or by its number in reports. */
  findReported(tenantId: number, id: string): Promise<ReportedCall | undefined>;
  list(tenantId: number, page: { readonly limit: number; readonly before?: string }): Promise<CallSummary[]>;
  find(tenantId: number, callId: string): Promise<CallDetail | undefined>;
}

export interface CallbackRequest {
  readonly tenantId: number;
  readonly callId: string;
  /** Where to call back, as the caller's network or the caller gave it. */
  readonly number: string;
  readonly subscriberId?: string | undefined;
  readonly contractId?: string | undefined;
}

export interface CallbackRequests {
  /**
   * Records that somebody wants to be called back. Asked twice in one call it is one request with one protocol.
   * Rejects when the database cannot take it: then nothing may be promised to the caller.
   */
  record(request: CallbackRequest): Promise<ProtocolNumber>;
}

/** Which talks of a tenant are recorded by themselves, and how long recordings are kept. */
export interface RecordingRules {
  list(): Promise<RecordingRule[]>;
  set(rule: RecordingRule, isRecorded: boolean): Promise<void>;
  /** Whether nothing is recorded by itself. */
  readonly isEmpty: boolean;
  /** Whether a call is recorded because of its trunk or its queue, and whether all talks of an extension are; from memory. */
  coversCall(call: Pick<LiveCallView, 'trunkId' | 'queue'>): boolean;
  coversExtension(extension: string): boolean;
  /** Reads the rules again: somebody else may have changed them. */
  refresh(): Promise<void>;
  /** How many days recordings are kept that are not held. */
  days(): Promise<number>;
  setDays(days: number): Promise<void>;
}

/** The recordings of a tenant that are over. */
export interface RecordingShelf {
  /** Keeps the recordings of a call whatever the tenant's days say, or no longer. @throws AppError `not_found` */
  hold(callId: string, held: boolean): Promise<void>;
  /** The first recording of each call that has one, and the size of the file that can be downloaded. */
  of(
    callIds: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly name: string; readonly bytes: number | null }>>;
  /** Every recording of a call, the oldest first. */
  list(callId: string): Promise<RecordingSummary[]>;
  /**
   * A stored recording's stereo WAV or its GSM, from wherever it is; undefined when there is none of this name.
   * @throws AppError `storage_unavailable` while the object store that has it cannot be reached
   */
  open(name: string, kind: 'wav' | 'gsm'): Promise<{ readonly stream: Readable; readonly bytes: number } | undefined>;
  /**
   * Puts what is stored into the object store, if there is one, and removes it here once the store has it for certain. What fails
   * stays, with an alarm, and is tried again at the next time. @returns how many
   */
  archive(): Promise<number>;
  /** Removes those whose days are over, wherever they are. @returns how many */
  forgetOld(): Promise<number>;
}

/** The recordings of a tenant's talks; menus and ringing are not recorded, so that what callers key is in none. */
export interface Recordings extends RecordingShelf {
  /** Something became of a leg: an extension's talk that is to be recorded begins or ends. Never fails. */
  legChanged(change: LegChange): void;
  /** A key was pressed in a call: from then until some seconds later nothing is heard in the recording of its talk. Never fails. */
  keyed(key: Pick<KeyPress, 'callerId' | 'at' | 'heldMs'>): void;
  /** After a (re)connection to the exchange: stores what ended while nobody was looking, goes on with the rest. */
  reconcile(): Promise<void>;
  /** The name of the recording of a call that goes on. */
  liveName(callId: string): string | undefined;
  /** Records the talk of a call from now on. @returns its name; @throws AppError `not_found`, `disk_full` */
  begin(callId: string): Promise<string>;
  /** Puts silence in the place of what is said, or records it again. @throws AppError `not_found` */
  mute(callId: string, muted: boolean): Promise<void>;
  readonly rules: RecordingRules;
}
