import type { Digit, DigitBuffer } from './digit-buffer.ts';
import type { TalkSide, TransferRequest } from './parties.ts';

/**
 * What the house may ask of a telephone exchange. Two implementations: Asterisk over ARI, and an in-memory one for
 * unit tests and the terminal simulator.
 *
 * Every operation on a channel that is gone rejects with AppError `channel_gone`; while the exchange cannot be reached
 * with `telephony_unavailable`.
 */
export interface Telephony {
  /** Whether new calls reach us right now. */
  readonly connected: boolean;
  /**
   * Connects, and hands over every call: those already in progress (after a restart or a lost connection) first, as
   * `found`, then each new one. A handler that rejects never strands the caller: the call leaves to the dialplan.
   */
  start(handlers: CallHandlers): Promise<void>;
  /** Stops listening. Calls in progress stay where they are. */
  stop(): Promise<void>;
  /**
   * Rings extensions of the caller's tenant together until one answers, and joins it with the caller, who hears music
   * meanwhile if `music` is set, ringing otherwise. Never throws for what a phone does.
   */
  ring(caller: Channel, request: RingRequest): Promise<RingResult>;
  /**
   * Rings an extension's phones. The first that answers is handed over as `incoming`, as if it had called the number itself.
   * @returns false when no phone of it could be rung
   */
  originate(request: OriginateRequest): Promise<boolean>;
  /** Lets a channel into a talk, until either is over. @returns false when there is no such talk */
  watch(watcher: Channel, request: WatchRequest): Promise<boolean>;
  /** Ends a caller's leg, or one that was placed for a caller. @returns false when it is gone already */
  hangUp(channelId: string): Promise<boolean>;
  /** Calls a number over a trunk, and joins whoever answers with the caller, who hears ringing meanwhile. */
  dial(caller: Channel, request: DialRequest): Promise<DialResult>;
}

/** A talk that a supervisor wants to be in. */
export interface WatchRequest {
  /** Of the caller whose talk it is. */
  readonly callerId: string;
  /** Whose talk: it is this side that a whisper is for. */
  readonly extension: string;
  /** To hear both sides; to be heard by the extension's alone; by both. */
  readonly mode: 'listen' | 'whisper' | 'barge';
}

export interface OriginateRequest {
  readonly tenantId: number;
  readonly extension: string;
  /** The number that is to be called from it. */
  readonly dialled: string;
  readonly timeoutMs: number;
  /** Told the channel that stands for the call until a phone answers, before any rings. */
  readonly begun: (channelId: string) => void;
  /** Told when nobody answered; then nothing is handed over. */
  readonly unanswered: () => void;
}

/** Records talks: each side of a caller's leg in a file of its own, by a name that is given to no other recording. */
export interface CallRecorder {
  /** Begins, in well under a second. @throws AppError of the exchange's */
  start(channelId: string, name: string): Promise<void>;
  /** Puts silence in the place of what is said, or records it again. Of a recording that is over it changes nothing. */
  mute(name: string, muted: boolean): Promise<void>;
  /**
   * Ends it, also when its caller has hung up.
   * @param into where its sides are fetched to, unless they are on this machine
   * @returns where they are, as 8 kHz WAV
   * @throws AppError `not_found` when there is none
   */
  finish(name: string, into: RecordedSides): Promise<RecordedSides>;
  /** Forgets it. @param sides what `finish` returned */
  discard(name: string, sides: RecordedSides): Promise<void>;
}

/** The files of a recording: what the caller said, and what the caller heard. */
export interface RecordedSides {
  readonly caller: string;
  readonly other: string;
}

/** What `Channel.record` is asked for. */
export interface RecordRequest {
  /** Given to no other recording. */
  readonly name: string;
  /** It ends after so long, */
  readonly maxSeconds: number;
  /** after so much silence, which is cut off, */
  readonly maxSilenceSeconds: number;
  /** or by this key, which comes as a digit as well. */
  readonly endedBy: '#';
}

/** Music that callers hear while they wait, by names of letters, digits and hyphens. */
export interface MusicShelf {
  /** Puts a WAV file in the place of what there was. @throws AppError `bad_request` when it is none */
  put(name: string, wav: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
}

/** What `Channel.record` recorded. */
export interface RecordedFiles {
  /** Fetches it as 8 kHz WAV, once it is over. @throws AppError `not_found` when there is none */
  fetch(name: string, into: string): Promise<void>;
  /** Forgets it. */
  discard(name: string): Promise<void>;
}

export interface CallHandlers {
  /** A call that has just reached us. */
  incoming(channel: Channel): Promise<void>;
  /** A call that was with us before we (re)connected; `channel.talk` is set when its caller is talking. */
  found(channel: Channel): Promise<void>;
  /**
   * All channels that were with us and that the exchange still has, callers and legs placed for them, told once per
   * (re)connection before any `found`: whatever the log holds open beyond these ended while nobody was looking.
   * @param ends how channels ended lately, as far as the exchange knows
   * @param noted those that will be found with a `note`: calls go on by it
   */
  reconciled(
    channelIds: ReadonlySet<string>,
    ends: ReadonlyMap<string, ChannelEnd>,
    noted: ReadonlySet<string>,
  ): Promise<void>;
  /** Somebody in a talk wants it to go on with somebody else. */
  transfer?(request: TransferRequest): void;
  /** Something became of one leg of a call. */
  leg?(change: LegChange): void;
  /** A key was pressed on one leg of a call, by the caller or by whoever was called. */
  keyed?(key: KeyPress): void;
}

/** What becomes of a leg: of the caller's own, whose id is the caller's, or of one that was placed for that caller. */
export type LegChange = { readonly callerId: string; readonly legId: string; readonly at: Date } & (
  | { readonly kind: 'placed'; readonly number: string; readonly charge?: Charge }
  | { readonly kind: 'ringing' | 'answered' }
  /** Its phone put the other side on hold, or took it back. */
  | { readonly kind: 'held' | 'resumed' }
  /** `cause` as in Q.850; 0 when nobody saw it. */
  | { readonly kind: 'ended'; readonly cause: number }
);

/** A key was pressed: by the caller, whose leg's id is the caller's, or on a leg that was placed for that caller. */
export interface KeyPress {
  readonly callerId: string;
  readonly legId: string;
  readonly digit: Digit;
  /** The extension that pressed it, and the talk it has a side of; undefined of anybody else. */
  readonly side?: TalkSide | undefined;
  /** When it was released, and how long it was held. */
  readonly at: Date;
  readonly heldMs: number;
}

/** Who pays for a leg to the public network, and what it called. */
export interface Charge {
  readonly extension: string;
  /** Of the number: `mobile`, `international`. */
  readonly kind: string;
  /** In E.164; services of three to five digits as they are. */
  readonly number: string;
}

/** The caller's leg of a call. */
export interface Channel {
  /** The exchange's id of the leg; the same after a restart of ours. */
  readonly id: string;
  /** Whose phone or trunk it came from; undefined when the exchange does not know it any more. */
  readonly tenantId: number | undefined;
  /** The caller's number as the network or the extension gave it; empty when withheld. */
  readonly callerNumber: string;
  readonly callerName: string;
  readonly dialled: string;
  /** The trunk it came in by; undefined: it comes from a phone of the exchange. */
  readonly trunkId: number | undefined;
  readonly startedAt: Date;
  /** Nothing here decodes what it speaks: it can be joined with a phone that speaks the same, and hears nothing else. */
  readonly passThrough: boolean;
  /** Of a phone that was rung by `originate`: the channel that stood for its call until it answered. */
  readonly openedOn?: string;
  /** Aborted, with a `HangUp` as its reason, when the leg is gone. */
  readonly gone: AbortSignal;
  /** Digits keyed so far and not yet taken: type-ahead works because they wait here. */
  readonly digits: DigitBuffer;
  /** What was noted of a channel that waited when our process died. */
  readonly note: string | undefined;
  /** The talk the caller is in, if any. */
  readonly talk: Talk | undefined;
  answer(): Promise<void>;
  /** Plays media one after the other. An empty list finishes at once. */
  play(media: readonly string[]): Playback;
  /**
   * Records what the caller says, as 8 kHz WAV. Resolves when that is over, whichever way, also because the caller hung up;
   * what there is of it then, `RecordedFiles` has. Of a name that is being recorded already it waits for the end.
   */
  record(request: RecordRequest): Promise<void>;
  /** @param name of a {@link MusicShelf}; the usual music when left out, or when there is none of that name */
  startMusic(name?: string): Promise<void>;
  stopMusic(): Promise<void>;
  /** @param cause Q.850, which a phone that was not answered is told; a normal clearing when left out */
  hangUp(cause?: number): Promise<void>;
  /** Gives the call up to the dialplan's fallback, which reaches a person without us. */
  leave(): Promise<void>;
}

export interface Playback {
  /** `stopped`: by `stop()`; `failed`: the exchange could not play it. Never rejects; a gone caller is `stopped`. */
  readonly finished: Promise<'completed' | 'stopped' | 'failed'>;
  /** Silences it at once; playing nothing is no error. */
  stop(): Promise<void>;
}

/** How a channel ended. */
export interface ChannelEnd {
  /** Q.850 cause code, 16 for a normal clearing; 0 when nobody saw it. */
  readonly cause: number;
  readonly at: Date;
}

export interface HangUp extends ChannelEnd {
  /** `transfer`: it is not gone at all, but goes on in another channel's name. */
  readonly by: 'caller' | 'us' | 'unknown' | 'transfer';
}

export interface RingRequest {
  readonly extensions: readonly string[];
  readonly timeoutMs: number;
  readonly music: boolean;
  /** See `Channel.startMusic`. */
  readonly musicName?: string | undefined;
  /** Whether the phones are asked to answer by themselves. */
  readonly autoAnswer?: boolean;
  /** Told for each phone as it starts to ring, and when it is lost (no answer, or another took the call). */
  readonly onPhone?: (event: { readonly extension: string; readonly state: 'ringing' | 'lost' }) => void;
}

export type RingResult =
  | { readonly kind: 'answered'; readonly extension: string; readonly talk: Talk }
  | { readonly kind: 'no_answer' }
  /** All phones are busy, or refused. */
  | { readonly kind: 'busy' }
  /** No phone of the request is registered, or none can be reached. */
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'caller_gone' };

export interface DialRequest {
  readonly trunkId: number;
  /** As the trunk wants it: digits, with a plus at most. */
  readonly number: string;
  /** Who is shown to call; a number in E.164. */
  readonly shown: { readonly name: string; readonly number: string };
  /** Told with the leg as it is placed; nobody pays when left out. */
  readonly charge?: Charge;
  readonly timeoutMs: number;
  /** How long it may take until anything is heard of the called side; as long as the answer when left out. */
  readonly lifeSignMs?: number;
}

export type DialResult =
  | { readonly kind: 'answered'; readonly talk: Talk }
  /** Nobody answered in time. */
  | { readonly kind: 'no_answer' }
  /** It ended before anybody answered; `cause` as in Q.850, 0 when it could not even begin. `rang`: the called side was heard of. */
  | { readonly kind: 'ended'; readonly cause: number; readonly rang: boolean }
  | { readonly kind: 'caller_gone' };

/** Two legs joined. It goes on without us when our process dies. */
export interface Talk {
  readonly extension: string;
  /** Resolves when it is over; `agent`: the extension hung up and the caller is still with us. */
  readonly ended: Promise<'agent' | 'caller'>;
}
