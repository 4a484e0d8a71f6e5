import type { OpenCall } from '../calls/service.ts';
import type { TalkSide } from '../telephony/parties.ts';
import type { Channel, HangUp } from '../telephony/port.ts';
import type { Ending } from './ending.ts';
import { bothLeave, notesOf, type TransferNote } from './transfer-note.ts';
import {
  goneOf,
  isGone,
  otherSide,
  type SentBy,
  type TransferSteps,
  type TransferSurroundings,
} from './transfer-steps.ts';
import { transferWay } from './transfer-way.ts';
import type { Way } from './way.ts';

/** Somebody in a talk asks a third one, while the other side hears music (feature codes). */
export interface Consultations {
  /** Whether this caller is in one, as the one who asks. */
  isAsking(channel: Channel): boolean;
  /** @returns whether it was begun; when not, the talk goes on */
  begin(asked: TalkSide, number: string): Promise<boolean>;
  /** Ends it, and the talk from before goes on. */
  back(asker: Channel): Promise<void>;
  /** Lets all three hear each other, once the third has answered. */
  together(asker: Channel): Promise<void>;
  /**
   * Goes on with what was going on when our process died: who waits, or leads a conference.
   * @param claim gives whom it is with, if that was found; called at once
   */
  resume(
    channel: Channel,
    callId: string,
    note: Extract<TransferNote, { number: string } | { meeting: readonly string[] }>,
    claim: (id: string) => Channel | undefined,
  ): Promise<Ending>;
}

interface Consultation {
  readonly waiting: Channel;
  readonly callId: string;
  /** What becomes of the call of who waits once they are all together. */
  readonly meeting: PromiseWithResolvers<Ending>;
}

export function createConsultations(around: TransferSurroundings, steps: TransferSteps): Consultations {
  const { parties, exchange, callLog, logger, follow, talkEnd } = around;
  const { handOver, goOn, talkTo, carry, release } = steps;
  /** By who asks. */
  const running = new Map<string, Consultation>();

  async function begin({ caller, by, extension }: TalkSide, number: string): Promise<boolean> {
    const call = callLog.openCallOn(caller.id);
    const way = transferWay(extension, number, exchange);
    if (call === undefined || way === undefined) return false;
    const note = { extension, number, asker: parties.sidesOf(caller)[by] };
    const parted = await parties.part(caller, notesOf(by, note));
    const [asker, waiting] = [parted[by], parted[otherSide[by]]];
    await handOver(call.id, waiting);
    consult(asker, waiting, call, { extension, number }, () => follow(way, asker, call.id), way);
    return true;
  }

  function consult(
    asker: Channel,
    waiting: Channel,
    call: Pick<OpenCall, 'id'>,
    from: SentBy,
    ask: () => Promise<Ending>,
    way: Way,
  ): void {
    goOn(waiting, call.id, runOf(asker, waiting, call.id, from, ask, way), () => {
      // Who waited has hung up: who asks and who was asked may talk on.
      if (asker.gone.aborted) return false;
      if (asker.talk === undefined) {
        release(asker);
        return false;
      }
      callLog.goOnWith(call.id, asker.id);
      goOn(asker, call.id, () => endOf(asker, call.id));
      return true;
    });
  }

  async function endOf(asker: Channel, callId: string): Promise<Ending> {
    return asker.talk === undefined ? { reason: 'caller_hung_up' } : talkEnd(asker, callId, asker.talk);
  }

  function runOf(
    asker: Channel,
    waiting: Channel,
    callId: string,
    from: SentBy,
    ask: () => Promise<Ending>,
    way: Way,
  ): () => Promise<Ending> {
    return async () => {
      const consultation = { waiting, callId, meeting: Promise.withResolvers<Ending>() };
      running.set(asker.id, consultation);
      try {
        const note: TransferNote = { ...from, asker: asker.id };
        await parties.park(waiting, JSON.stringify(note), 'music');
        const kept = parties.keepOther(asker);
        await ask().catch((error: unknown) => {
          if (!isGone(error)) logger.warn({ err: error, call: callId }, 'somebody could not be asked');
        });
        if (waiting.gone.aborted) return { reason: 'caller_hung_up' };
        if (!asker.gone.aborted) return await talkTo(waiting, asker, callId);
        if ((asker.gone.reason as HangUp).by === 'transfer') return await consultation.meeting.promise;
        const other = await kept;
        return await (other === undefined ? carry(waiting, callId, way, from) : talkTo(waiting, other, callId));
      } finally {
        running.delete(asker.id);
      }
    };
  }

  /** Whoever leaves, the others talk on; the call is that of who leads. */
  async function meet(callId: string, leader: Channel, guests: readonly [Channel, Channel]): Promise<Ending> {
    const note: TransferNote = { meeting: guests.map(({ id }) => id) };
    // Whoever has just hung up is told of below.
    await parties.meet([leader, ...guests], JSON.stringify(note)).catch((error: unknown) => {
      if (!isGone(error)) throw error;
    });
    if (leader.gone.aborted) return { reason: 'caller_hung_up' };
    const left = await Promise.race(
      guests.map(async (guest) => {
        await goneOf(guest);
        return guest;
      }),
    );
    const [remaining] = guests.filter((guest) => guest !== left);
    if (remaining === undefined || leader.gone.aborted) return { reason: 'caller_hung_up' };
    if (remaining.gone.aborted) return { reason: 'agent_hung_up' };
    return talkTo(leader, remaining, callId);
  }

  /** In a conference: who leads has hung up. */
  function guestsGoOn(callId: string, [first, second]: readonly [Channel, Channel]): boolean {
    if (first.gone.aborted || second.gone.aborted) return false;
    callLog.goOnWith(callId, first.id);
    goOn(first, callId, () => talkTo(first, second, callId));
    return true;
  }

  return {
    isAsking: ({ id }) => running.has(id),
    begin,
    async back(asker) {
      const consultation = running.get(asker.id);
      if (consultation === undefined) return;
      const { waiting, callId } = consultation;
      // Who was asked has answered: its end brings the two back together.
      if (asker.talk !== undefined) return parties.dismissOther(asker);
      const again = parties.again(asker);
      await parties.silence(again);
      consultation.meeting.resolve(talkTo(waiting, again, callId));
    },
    async together(asker) {
      const consultation = running.get(asker.id);
      if (consultation === undefined || asker.talk === undefined) return;
      const { waiting, callId } = consultation;
      const { caller, other } = await parties.part(asker, bothLeave);
      const guests = [caller, other] as const;
      const again = parties.again(waiting);
      goOn(
        again,
        callId,
        () => meet(callId, again, guests),
        () => guestsGoOn(callId, guests),
      );
      consultation.meeting.resolve({ reason: 'transferred' });
    },
    async resume(channel, callId, note, claim) {
      if ('meeting' in note) {
        const [first, second] = note.meeting.map(claim).filter((one) => one?.gone.aborted === false);
        if (first === undefined) return { reason: 'agent_hung_up' };
        if (second === undefined) return talkTo(channel, first, callId);
        const again = parties.again(channel);
        const guests = [first, second] as const;
        goOn(
          again,
          callId,
          () => meet(callId, again, guests),
          () => guestsGoOn(callId, guests),
        );
        return { reason: 'transferred' };
      }
      const asker = note.asker === undefined ? undefined : claim(note.asker);
      const way = transferWay(note.extension, note.number, exchange);
      if (way === undefined) return { reason: 'failed' };
      if (asker === undefined) return carry(channel, callId, way, note);
      if (asker.talk === undefined) return talkTo(channel, asker, callId);
      const again = parties.again(channel);
      consult(asker, again, { id: callId }, note, () => endOf(asker, callId), way);
      return { reason: 'transferred' };
    },
  };
}
