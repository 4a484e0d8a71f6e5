import type { EndReason } from '../calls/schemas.ts';
import type { LeftStep } from '../calls/service.ts';
import { AppError, type ErrorCode } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import type { HangUp } from '../telephony/port.ts';
import { over } from './conversation.ts';
import type { Flow, FlowNode } from './flow.ts';
import { follow, placeOf } from './moves.ts';
import { type MenuCall, NodeContext } from './node-context.ts';

/** How a call left the menus; `interrupted` when it is still there but cannot be reached, or another run took it over. */
export type FlowEnd = EndReason | 'interrupted';

/**
 * Runs a call through its flow from where its session stands until it ends. Whatever fails leads on: by the node's
 * `error` exit, then to the flow's person, then to the dialplan's fallback. Never rejects. A flow that ended leaves the
 * leg as it is: whoever keeps the log hangs up, once it knows why.
 * @param stop aborted when another run takes the call over
 */
export async function runMenus(call: MenuCall, flows: ReadonlyMap<string, Flow>, stop: AbortSignal): Promise<FlowEnd> {
  const { channel, parts } = call;
  const log = parts.logger.child({ callId: call.id });
  const running = AbortSignal.any([channel.gone, stop]);
  try {
    return await walk(call, flows, running);
  } catch (error) {
    if (channel.gone.aborted) return endOf(channel.gone, call.session.talked);
    // The exchange knows that the leg is gone a moment before it tells.
    if (isCode(error, 'channel_gone')) return 'caller_hung_up';
    if (stop.aborted || isCode(error, 'telephony_unavailable')) return 'interrupted';
    log.error({ err: error }, 'the menus failed; the call goes to the dialplan');
    return leave(call, call.parts.logger);
  }
}

async function walk(call: MenuCall, flows: ReadonlyMap<string, Flow>, running: AbortSignal): Promise<FlowEnd> {
  const { session, parts } = call;
  let left: LeftStep | undefined;
  for (;;) {
    running.throwIfAborted();
    const place = placeOf(session, flows);
    if (place === undefined) return leaveWith(call, left);
    const { flow, node } = place;
    session.steps += 1;
    const entered = { flow: flow.name, node: node.id, kind: node.kind.type, at: parts.clock.now() };
    if (!session.isResumed) session.enteredAt = entered.at;
    parts.callLog.step(call.id, { ...(left && { left }), entered: { ...entered, state: session.toStored() } });
    const visit = await visitNode(call, flow, node, running);
    session.isResumed = false;
    left = { exit: visit.exit, at: parts.clock.now(), ...(visit.keyed === '' ? {} : { digits: visit.keyed }) };
    const move = follow(session, flows, visit.exit, visit.keyed !== '');
    if (move === 'leave') return leaveWith(call, left);
    if (move === 'end') {
      parts.callLog.step(call.id, { left });
      return session.talked ? 'agent_hung_up' : 'flow_ended';
    }
  }
}

async function visitNode(call: MenuCall, flow: Flow, node: FlowNode, running: AbortSignal) {
  const { parts, session } = call;
  const controller = new AbortController();
  const abort = () => controller.abort(running.reason);
  running.addEventListener('abort', abort, { once: true });
  const context = new NodeContext(call, flow, controller.signal);
  try {
    const races = [node.kind.run(context, node.params), rejection(controller.signal)];
    if (node.kind.limitMs !== undefined) races.push(timeLimit(call, node, node.kind.limitMs, controller.signal));
    return { exit: await Promise.race(races), keyed: context.keyed };
  } catch (error) {
    running.throwIfAborted();
    if (isCode(error, 'telephony_unavailable') || isCode(error, 'channel_gone')) throw error;
    parts.logger.error({ err: error, callId: call.id, flow: flow.name, node: node.id }, 'a node of a flow failed');
    session.failures += 1;
    return { exit: 'error', keyed: context.keyed };
  } finally {
    running.removeEventListener('abort', abort);
    controller.abort(over);
  }
}

/** Rejects with the signal's reason. */
function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

async function timeLimit(call: MenuCall, node: FlowNode, limitMs: number, signal: AbortSignal): Promise<never> {
  await call.parts.clock.sleep(limitMs, signal);
  throw new Error(`node ${node.id} took longer than ${limitMs} ms`);
}

async function leaveWith(call: MenuCall, left: LeftStep | undefined): Promise<FlowEnd> {
  if (left !== undefined) call.parts.callLog.step(call.id, { left });
  return leave(call, call.parts.logger);
}

/** Gives the call to the dialplan's fallback. Never rejects. */
export async function leave({ id, channel }: Pick<MenuCall, 'id' | 'channel'>, logger: Logger): Promise<FlowEnd> {
  try {
    await channel.leave();
    return 'left_to_dialplan';
  } catch (error) {
    if (channel.gone.aborted) return endOf(channel.gone, false);
    if (isCode(error, 'channel_gone')) return 'caller_hung_up';
    // The call is handed to us again as soon as the exchange can be reached.
    if (isCode(error, 'telephony_unavailable')) return 'interrupted';
    // Nothing that reaches a person is left: the end is better than silence.
    logger.error({ err: error, callId: id }, 'a call could not be given to the dialplan and is ended');
    await channel.hangUp().catch((err: unknown) => logger.error({ err, callId: id }, 'nor could it be ended'));
    return 'failed';
  }
}

/** Why a call that is gone ended. */
export function endOf(gone: AbortSignal, talked: boolean): EndReason {
  const { by } = gone.reason as HangUp;
  if (by === 'caller') return 'caller_hung_up';
  if (by === 'unknown') return 'lost';
  return talked ? 'agent_hung_up' : 'flow_ended';
}

function isCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof AppError && error.code === code;
}
