import type { OpenCall } from '../calls/service.ts';
import type { TransferRequest } from '../telephony/parties.ts';
import { bothLeave, notesOf } from './transfer-note.ts';
import { isGone, otherSide, type TransferSteps, type TransferSurroundings } from './transfer-steps.ts';
import { transferWay } from './transfer-way.ts';

/** Who is transferred where, as phones ask for it (RFC 5589). The answer never rejects. */
export function createTransfers(
  around: TransferSurroundings,
  { handOver, goOn, talkTo, carry, release }: TransferSteps,
): (request: TransferRequest) => Promise<void> {
  const { parties, exchange, callLog, clock, logger } = around;

  async function transfer(request: TransferRequest): Promise<void> {
    const call = callLog.openCallOn(request.caller.id);
    const done =
      call !== undefined &&
      (await (request.to.kind === 'number' ? blind(request, request.to.number, call) : attended(request, call)));
    if (!done) await request.tell('refused');
  }

  /** @returns whether it was begun; when not, the talk goes on as if nobody had asked */
  async function blind(request: TransferRequest, number: string, call: OpenCall): Promise<boolean> {
    const { by, caller, extension } = request;
    const way = transferWay(extension, number, exchange);
    if (way === undefined) {
      logger.warn({ call: call.id, extension }, 'an extension may not transfer a call there');
      return false;
    }
    const parted = await parties.part(caller, notesOf(by, { extension, number }));
    const staying = parted[otherSide[by]];
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
    const [sides, others] = [parties.sidesOf(caller), parties.sidesOf(to.caller)];
    const note = { joins: others[otherSide[to.by]], second: second.id, from: sides[by] };
    const first = await parties.part(caller, notesOf(by, note));
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
