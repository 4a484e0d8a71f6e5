import type { CallLog } from '../calls/service.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Parties } from '../telephony/parties.ts';
import type { Channel, Talk, Telephony } from '../telephony/port.ts';
import { type Ending, talkEnd, untaken } from './ending.ts';
import type { Exchange } from './service.ts';
import type { Way } from './way.ts';

/** What transfers and consultations need of the house around them. */
export interface TransferSurroundings {
  readonly parties: Parties;
  readonly telephony: Telephony;
  readonly exchange: Exchange;
  readonly callLog: Pick<CallLog, 'openCallOn' | 'goOnWith' | 'leg' | 'note' | 'flush'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Lets a call go a way, until it is over. */
  readonly follow: (way: Way, channel: Channel, callId: string) => Promise<Ending>;
  /** Runs what becomes of a call from now on, and closes its row; unless others go on with it when its channel is gone. */
  readonly conduct: (
    channel: Channel,
    callId: string,
    run: () => Promise<Ending>,
    othersGoOn?: () => boolean,
  ) => Promise<void>;
  /** The end of a talk that somebody may pay for. */
  readonly talkEnd: (channel: Channel, callId: string, talk: Talk) => Promise<Ending>;
  readonly closeCall: (callId: string, end: Parameters<CallLog['close']>[1]) => void;
  /** Told that whoever talks at an extension by way of one call is being joined with another call. */
  readonly joined: (callId: string, into: string, extension: string) => void;
}

/** Who sent a call where. */
export interface SentBy {
  readonly extension: string;
  readonly number: string;
}

/** The steps that every kind of transfer is made of. */
export interface TransferSteps {
  /** The call is this channel's from now on, whoever it was placed for; also if our process dies before its next step. */
  readonly handOver: (callId: string, staying: Channel) => Promise<void>;
  /** Runs the rest of a call. */
  readonly goOn: (staying: Channel, callId: string, run: () => Promise<Ending>, othersGoOn?: () => boolean) => void;
  /** Joins two channels, until one of them hangs up. */
  readonly talkTo: (channel: Channel, other: Channel, callId: string) => Promise<Ending>;
  /** Lets a call ring where it was sent; when nobody takes it there it comes back to who sent it. */
  readonly carry: (channel: Channel, callId: string, way: Way, from: SentBy) => Promise<Ending>;
  /** Lets a channel go. */
  readonly release: (channel: Channel) => void;
  /** Lets a channel go, and waits until it is gone and rings nobody any more. */
  readonly letGo: (channel: Channel) => Promise<void>;
}

/** The log and Asterisk take a tenth of this; no call waits longer for a database or an Asterisk that is slow or away. */
const patienceMs = 500;

/** How long the phone of who transferred rings when the target did not take the call. */
const recallMs = 60_000;

export function createTransferSteps(around: TransferSurroundings): TransferSteps {
  const { parties, telephony, callLog, clock, logger, follow, conduct } = around;

  function release(channel: Channel): void {
    channel.hangUp().catch((error: unknown) => {
      if (!isGone(error)) logger.warn({ err: error, channel: channel.id }, 'a channel could not be released');
    });
  }

  async function patiently(what: Promise<unknown>): Promise<void> {
    const waited = new AbortController();
    await Promise.race([what, clock.sleep(patienceMs, waited.signal).catch(() => undefined)]);
    waited.abort();
  }

  return {
    release,
    async handOver(callId, staying) {
      callLog.goOnWith(callId, staying.id);
      await patiently(callLog.flush());
    },
    async letGo(channel) {
      release(channel);
      await patiently(goneOf(channel));
    },
    goOn(staying, callId, run, othersGoOn) {
      conduct(staying, callId, run, othersGoOn).catch((error: unknown) => {
        logger.error({ err: error, call: callId }, 'a transferred call failed, and goes to the fallback');
        staying.leave().catch(() => release(staying));
      });
    },
    async talkTo(channel, other, callId) {
      const talk = await parties.connect(channel, other);
      callLog.note(callId, { answeredBy: talk.extension });
      return around.talkEnd(channel, callId, talk);
    },
    async carry(channel, callId, way, { extension, number }) {
      await parties.park(channel, JSON.stringify({ extension, number }), 'nothing');
      const ending = await follow(way, channel, callId);
      if (channel.gone.aborted || !isUntaken(ending)) return ending;
      logger.info({ call: callId, extension }, 'a transferred call comes back');
      const rung = await telephony.ring(channel, { extensions: [extension], timeoutMs: recallMs, music: false });
      if (rung.kind === 'caller_gone') return { reason: 'caller_hung_up' };
      if (rung.kind !== 'answered') return untaken(rung.kind);
      callLog.note(callId, { answeredBy: rung.extension });
      return talkEnd(rung.talk);
    },
  };
}

/** Who talks to whom. */
export const otherSide = { caller: 'other', other: 'caller' } as const;

export function isGone(error: unknown): boolean {
  return error instanceof AppError && error.code === 'channel_gone';
}

/** Resolves when a channel is gone. */
export function goneOf({ gone }: Channel): Promise<void> {
  return new Promise((resolve) => {
    if (gone.aborted) resolve();
    else gone.addEventListener('abort', () => resolve(), { once: true });
  });
}

function isUntaken({ reason }: Ending): boolean {
  return reason === 'not_answered' || reason === 'unreachable' || reason === 'not_allowed' || reason === 'failed';
}
