import type { CallLog, OpenCall } from '../calls/service.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Parties, TransferRequest } from '../telephony/parties.ts';
import type { Channel, Telephony } from '../telephony/port.ts';
import { type Ending, talkEnd, untaken } from './ending.ts';
import type { Exchange } from './service.ts';
import { transferWay } from './transfer-way.ts';
import type { Way } from './way.ts';

interface Parts {
  readonly parties: Parties;
  readonly telephony: Telephony;
  readonly exchange: Exchange;
  readonly callLog: Pick<CallLog, 'openCallOn' | 'goOnWith' | 'note' | 'flush'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Lets a call go a way, until it is over. */
  readonly follow: (way: Way, channel: Channel, callId: string) => Promise<Ending>;
  /** Runs what becomes of a call from now on, and closes its row. */
  readonly conduct: (channel: Channel, callId: string, run: () => Promise<Ending>) => Promise<void>;
  readonly closeCall: (callId: string, end: Parameters<CallLog['close']>[1]) => void;
}

/** Transfers, as phones ask for them (RFC 5589). */
export interface Transfers {
  /** Never rejects. */
  requested(request: TransferRequest): void;
  /** Goes on with a call that waited for its target when our process died; undefined when it did not wait. */
  resume(channel: Channel, callId: string): (() => Promise<Ending>) | undefined;
}

/** The log takes a tenth of this; no call waits longer for a database that is slow or away. */
const storedWithinMs = 500;

/** How long the phone of who transferred rings when the target did not take the call. */
const recallMs = 60_000;

const side = { caller: 'other', other: 'caller' } as const;

/** Who is transferred where, and back when nobody takes it there. */
export function createTransfers(parts: Parts): Transfers {
  const { parties, telephony, exchange, callLog, clock, logger, follow, conduct } = parts;

  async function transfer(request: TransferRequest): Promise<void> {
    const call = callLog.openCallOn(request.caller.id);
    const done =
      call !== undefined &&
      (await (request.to.kind === 'number' ? blind(request, request.to.number, call) : attended(request, call)));
    if (done) return;
    await request.tell('refused');
  }

  /** @returns whether it was begun; when not, the talk goes on as if nobody had asked */
  async function blind(request: TransferRequest, number: string, call: OpenCall): Promise<boolean> {
    const { by, caller, extension } = request;
    const way = transferWay(extension, number, exchange);
    if (way === undefined) {
      logger.warn({ call: call.id, extension }, 'an extension may not transfer a call there');
      return false;
    }
    const parted = await parties.part(caller);
    const staying = parted[side[by]];
    await handOver(call.id, staying);
    await request.tell('accepted');
    release(parted[by]);
    goOn(staying, call.id, () => carry(staying, call.id, way, { extension, number }));
    return true;
  }

  /** Whoever is not the one who transfers in each of two calls talk to each other in the first one. */
  async function attended(request: TransferRequest, call: OpenCall): Promise<boolean> {
    const { to, by, caller } = request;
    if (to.kind !== 'call') return false;
    const second = callLog.openCallOn(to.caller.id);
    if (second === undefined || second.id === call.id) return false;
    if (to.caller.talk === undefined) {
      // Nobody has answered yet: it is tried once more, for who is transferred.
      if (to.by !== 'caller' || !(await blind(request, to.caller.dialled, call))) return false;
      release(to.caller);
      return true;
    }
    const first = await parties.part(caller);
    const other = await parties.part(to.caller).catch(() => undefined);
    if (other === undefined) {
      // Whoever was to be talked to has just hung up.
      goOn(first.caller, call.id, () => talkTo(first.caller, first.other, call.id));
      return false;
    }
    const [staying, target] = [first[side[by]], other[side[to.by]]];
    await handOver(call.id, staying);
    await request.tell('accepted');
    for (const leaving of [first[by], other[to.by]]) release(leaving);
    parts.closeCall(second.id, { reason: 'transferred', at: clock.now() });
    goOn(staying, call.id, () => talkTo(staying, target, call.id));
    return true;
  }

  async function talkTo(channel: Channel, other: Channel, callId: string): Promise<Ending> {
    const talk = await parties.connect(channel, other);
    callLog.note(callId, { answeredBy: talk.extension });
    return talkEnd(talk);
  }

  /** The call is this channel's from now on, whoever it was placed for; also if our process dies before its next step. */
  async function handOver(callId: string, staying: Channel): Promise<void> {
    callLog.goOnWith(callId, staying.id);
    const waited = new AbortController();
    await Promise.race([callLog.flush(), clock.sleep(storedWithinMs, waited.signal).catch(() => undefined)]);
    waited.abort();
  }

  /** Runs the rest of a call. */
  function goOn(staying: Channel, callId: string, run: () => Promise<Ending>): void {
    conduct(staying, callId, run).catch((error: unknown) => {
      logger.error({ err: error, call: callId }, 'a transferred call failed, and goes to the fallback');
      staying.leave().catch(() => release(staying));
    });
  }

  /** Lets a call ring where it was sent; when nobody takes it there it comes back to who sent it. */
  async function carry(
    channel: Channel,
    callId: string,
    way: Way,
    from: { extension: string; number: string },
  ): Promise<Ending> {
    await parties.park(channel, JSON.stringify(from), 'nothing');
    const ending = await follow(way, channel, callId);
    if (channel.gone.aborted || !isUntaken(ending)) return ending;
    logger.info({ call: callId, extension: from.extension }, 'a transferred call comes back');
    const rung = await telephony.ring(channel, { extensions: [from.extension], timeoutMs: recallMs, music: false });
    if (rung.kind === 'caller_gone') return { reason: 'caller_hung_up' };
    if (rung.kind !== 'answered') return untaken(rung.kind);
    callLog.note(callId, { answeredBy: rung.extension });
    return talkEnd(rung.talk);
  }

  function release(channel: Channel): void {
    channel.hangUp().catch((error: unknown) => {
      const isGone = error instanceof AppError && error.code === 'channel_gone';
      if (!isGone) logger.warn({ err: error, channel: channel.id }, 'who transferred a call could not be released');
    });
  }

  return {
    requested(request) {
      transfer(request).catch(async (error: unknown) => {
        const isGone = error instanceof AppError && error.code === 'channel_gone';
        if (!isGone) logger.error({ err: error, extension: request.extension }, 'a call could not be transferred');
        await request.tell('refused');
      });
    },
    resume(channel, callId) {
      const from =
        channel.note === undefined ? undefined : (JSON.parse(channel.note) as { extension: string; number: string });
      const way = from === undefined ? undefined : transferWay(from.extension, from.number, exchange);
      return from === undefined || way === undefined ? undefined : () => carry(channel, callId, way, from);
    },
  };
}

function isUntaken({ reason }: Ending): boolean {
  return reason === 'not_answered' || reason === 'unreachable' || reason === 'not_allowed' || reason === 'failed';
}
