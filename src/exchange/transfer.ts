import type { OpenCall } from '../calls/service.ts';
import type { PartedTalk, TalkSide, TransferRequest } from '../telephony/parties.ts';
import { bothLeave, notesOf } from './transfer-note.ts';
import { isGone, otherSide, type TransferSteps, type TransferSurroundings } from './transfer-steps.ts';
import { transferWay } from './transfer-way.ts';

/** The side of a second call that the one who transfers has, and that call. */
interface Asking {
  readonly to: Pick<TalkSide, 'caller' | 'by'>;
  readonly second: Pick<OpenCall, 'id'>;
}

/** Who is transferred where, as phones ask for it (RFC 5589). The answer never rejects. */
export function createTransfers(
  around: TransferSurroundings,
  { handOver, goOn, talkTo, carry, release, letGo }: TransferSteps,
): (request: TransferRequest) => Promise<void> {
  const { parties, exchange, callLog, clock, logger } = around;

  async function transfer(request: TransferRequest): Promise<void> {
    const call = callLog.openCallOn(request.caller.id);
    const done =
      call !== undefined &&
      (await (request.to.kind === 'number' ? blind(request, request.to.number, call) : attended(request, call)));
    if (!done) await request.tell('refused');
  }

  /**
   * @param asking the call in which the sender asks there himself, and nobody has answered yet
   * @returns whether it was begun; when not, the talk goes on as if nobody had asked
   */
  async function blind(request: TransferRequest, number: string, call: OpenCall, asking?: Asking): Promise<boolean> {
    const { by, caller, extension } = request;
    const way = transferWay(extension, number, exchange);
    if (way === undefined) {
      logger.warn({ call: call.id, extension }, 'an extension may not transfer a call there');
      return false;
    }
    const parted = await parties.part(caller, notesOf(by, { extension, number }));
    // Answered meanwhile.
    if (asking?.to.caller.talk !== undefined) return join(request, call, parted, asking);
    const staying = parted[otherSide[by]];
    await handOver(call.id, staying);
    // A phone of one line is busy while it rings for who asked.
    if (asking !== undefined) await letGo(asking.to.caller);
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
    // Nobody has answered yet: it is tried once more, for who is transferred.
    if (to.caller.talk === undefined) {
      return to.by === 'caller' && blind(request, to.caller.dialled, call, { to, second });
    }
    const [sides, others] = [parties.sidesOf(caller), parties.sidesOf(to.caller)];
    const note = { joins: others[otherSide[to.by]], second: second.id, from: sides[by] };
    return join(request, call, await parties.part(caller, notesOf(by, note)), { to, second });
  }

  async function join(
    request: TransferRequest,
    call: OpenCall,
    first: PartedTalk,
    { to, second }: Asking,
  ): Promise<boolean> {
    const { by } = request;
    const other = await parties.part(to.caller, bothLeave).catch(() => undefined);
    if (other === undefined) {
      // Whoever was to be talked to has just hung up.
      goOn(first.caller, call.id, () => talkTo(first.caller, first.other, call.id));
      return false;
    }
    const [staying, target] = [first[otherSide[by]], other[otherSide[to.by]]];
    await handOver(call.id, staying);
    await request.tell('accepted');
    for (const leaving of [first[by], other[to.by]]) release(leaving);
    around.joined(second.id, call.id, target.callerNumber);
    const joins = { callerId: staying.id, legId: target.id, at: clock.now() };
    callLog.leg({ ...joins, kind: 'placed', number: target.callerNumber });
    around.closeCall(second.id, { reason: 'transferred', at: clock.now() });
    goOn(staying, call.id, () => talkTo(staying, target, call.id));
    return true;
  }

  return async (request) => {
    try {
      await transfer(request);
    } catch (error) {
      if (!isGone(error)) logger.error({ err: error, extension: request.extension }, 'a call could not be transferred');
      await request.tell('refused');
    }
  };
}
