import { type Flow, type FlowNode, type Target, targetOf } from './flow.ts';
import type { Frame } from './schemas.ts';
import type { Session } from './session.ts';

/** Failures after which the menus are not to be trusted with this call any more. */
const failuresToLeave = 3;
/** A caller who goes in circles for so long is given to a person, and if that does not end it to the dialplan. */
const stepsToPerson = 300;
const stepsToLeave = 350;
/** Menus that `*` remembers. */
const backDepth = 8;

type Flows = ReadonlyMap<string, Flow>;
type Place = { readonly flow: Flow; readonly node: FlowNode };
/** `end`: the flow is over; `leave`: only the dialplan can help. */
export type Move = 'on' | 'end' | 'leave';

/**
 * The node a session stands at, inside the sub-flow if it is a sub-flow's. When a flow changed under a call and its
 * node is gone, the session is moved to the flow's person; undefined when there is no such thing either.
 */
export function placeOf(session: Session, flows: Flows): Place | undefined {
  // Each round goes down into a sub-flow or up out of a flow that is gone; documents cannot nest deeper than there are flows.
  for (let round = 0; round <= flows.size + session.frames.length; round += 1) {
    const place = here(session, flows);
    if (place === undefined) {
      if (toPerson(session, flows) !== 'on') return undefined;
      continue;
    }
    const sub = place.node.facts.subFlow === undefined ? undefined : flows.get(place.node.facts.subFlow);
    if (sub === undefined) return place;
    session.frames = [...session.frames, { flow: sub.name, node: sub.start }];
  }
  return undefined;
}

/**
 * Moves a session on by an exit of the node it stands at.
 * @param chose whether the caller chose something there, so that `*` leads back to it
 */
export function follow(session: Session, flows: Flows, exit: string, chose: boolean): Move {
  const place = here(session, flows);
  if (place === undefined || session.failures >= failuresToLeave || session.steps >= stepsToLeave) return 'leave';
  if (place.node.kind.isLast && exit === 'end') return 'end';
  if (session.steps === stepsToPerson) return toPerson(session, flows);
  const diverted = flows.get(session.diversion ?? '');
  session.diversion = undefined;
  if (diverted !== undefined) {
    session.frames = [{ flow: diverted.name, node: diverted.start }];
    return 'on';
  }
  if (exit === 'back' && !place.node.exits.has('back')) return goBack(session);
  if (place.node.kind.isMenu && chose) remember(session);
  return go(session, flows, targetOf(place.flow, place.node, exit));
}

function here(session: Session, flows: Flows): Place | undefined {
  const frame = session.frames.at(-1);
  const flow = frame === undefined ? undefined : flows.get(frame.flow);
  const node = flow?.nodes.get(frame?.node ?? '');
  return flow === undefined || node === undefined ? undefined : { flow, node };
}

function go(session: Session, flows: Flows, target: Target): Move {
  const outer = session.frames.slice(0, -1);
  const frame = session.frames.at(-1);
  if (target.kind === 'node' && frame !== undefined) {
    session.frames = [...outer, { flow: frame.flow, node: target.id }];
    return 'on';
  }
  if (outer.length === 0 || target.kind === 'node') return 'end';
  session.frames = outer;
  const place = here(session, flows);
  return place === undefined
    ? toPerson(session, flows)
    : go(session, flows, targetOf(place.flow, place.node, target.exit));
}

/** To the person of the innermost flow that still exists. */
function toPerson(session: Session, flows: Flows): Move {
  while (session.frames.length > 0) {
    const flow = flows.get(session.frames.at(-1)?.flow ?? '');
    if (flow !== undefined) {
      const move = go(session, flows, flow.person);
      return move === 'end' ? 'leave' : move;
    }
    session.frames = session.frames.slice(0, -1);
  }
  return 'leave';
}

/** The menu chosen from before; the same menu again when there is none. */
function goBack(session: Session): Move {
  session.frames = session.back.at(-1) ?? session.frames;
  session.back = session.back.slice(0, -1);
  return 'on';
}

function remember(session: Session): void {
  const key = keyOf(session.frames);
  const seenAt = session.back.findIndex((frames) => keyOf(frames) === key);
  const before = seenAt < 0 ? session.back : session.back.slice(0, seenAt);
  session.back = [...before, session.frames].slice(-backDepth);
}

function keyOf(frames: readonly Frame[]): string {
  return frames.map(({ flow, node }) => `${flow}/${node}`).join(' ');
}
