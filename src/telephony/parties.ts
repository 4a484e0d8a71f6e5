import type { Channel, Talk } from './port.ts';

/**
 * What may be done with the two sides of a talk, as transfers need it: each is a channel of its own while it talks to nobody.
 * Every operation rejects with AppError `channel_gone` when one of them has just hung up.
 */
export interface Parties {
  /**
   * Takes a caller's talk apart. Nobody is hung up: both sides wait from now on, hear nothing, and the caller's channel of before is
   * gone (`by: 'transfer'`). Should our process die meanwhile, the talk is found whole, or each side with its note.
   */
  part(caller: Channel, notes: SideNotes): Promise<PartedTalk>;
  /** The channels of a caller's talk, by their ids. */
  sidesOf(caller: Channel): Readonly<Record<'caller' | 'other', string>>;
  /** Joins two channels that talk to nobody. The other one is a leg of the caller's call from now on, and its channel gone. */
  connect(caller: Channel, other: Channel): Promise<Talk>;
  /**
   * Lets a channel take the call that has rung longest at one of these extensions: its phones stop, and the channel is a leg
   * of that call from now on, and itself gone (`by: 'transfer'`). Of two that try at once one gets it.
   * @returns false when no call rings there
   */
  pickUp(picker: Channel, extensions: readonly string[]): Promise<boolean>;
  /** Lets a channel wait. What is noted with it is its `note` after a restart of ours. */
  park(channel: Channel, note: string, hears: 'music' | 'nothing'): Promise<void>;
  /** Lets channels that talk to nobody hear each other; `note` as in `park`, of the first. It goes on until two of them are connected. */
  meet(channels: readonly Channel[], note: string): Promise<void>;
  /** Another channel in a channel's place: what was being done with that is given up, and phones that rang for it stop. */
  again(channel: Channel): Channel;
  /** Hangs up who talks to a channel; its talk ends by that. */
  dismissOther(channel: Channel): Promise<void>;
  /** Ends the ringing that a channel hears. */
  silence(channel: Channel): Promise<void>;
  /**
   * Who talks to a channel when that hangs up is not hung up.
   * @returns that other side, once the channel is gone; undefined when it talked to nobody
   */
  keepOther(channel: Channel): Promise<Channel | undefined>;
}

/** What is noted with each side of a talk. */
export type SideNotes = Readonly<Record<'caller' | 'other', string>>;

export interface PartedTalk {
  readonly caller: Channel;
  readonly other: Channel;
}

/** An extension that has one side of a talk, or calls. */
export interface TalkSide {
  /** The caller whose talk it is. */
  readonly caller: Channel;
  /** Which side it has. */
  readonly by: 'caller' | 'other';
  readonly extension: string;
}

/** Somebody in a talk wants it to go on with somebody else. */
export interface TransferRequest extends TalkSide {
  readonly to: TransferTarget;
  /** Tells the phone that asked what becomes of it. */
  tell(outcome: 'accepted' | 'refused'): Promise<void>;
}

export type TransferTarget =
  | { readonly kind: 'number'; readonly number: string }
  /** The other side of another call of the same extension, in which it is on this side. */
  | { readonly kind: 'call'; readonly caller: Channel; readonly by: 'caller' | 'other' };
