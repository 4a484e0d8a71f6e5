import type { AriBridge, AriChannel } from './ari-types.generated.ts';
import {
  callerOfBridge,
  callerOfEarlyBridge,
  extensionOfChannel,
  isClicked,
  isLeg,
  isSnoop,
  isUpkeep,
  leaderOfBridge,
  waiterOfBridge,
  watcherOf,
} from './names.ts';

/** What Asterisk says is going on. */
export interface Snapshot {
  readonly channels: readonly AriChannel[];
  readonly bridges: readonly AriBridge[];
}

/** What we knew before. Empty after a start of ours. */
export interface Known {
  readonly callers: ReadonlySet<string>;
  /** Legs that a ring or a talk of ours still follows. */
  readonly legs: ReadonlySet<string>;
}

export interface FoundCaller {
  readonly channel: AriChannel;
  /** `over`: the extension hung up while nobody was looking. */
  readonly talk: { readonly legId: string; readonly extension: string } | 'over' | undefined;
  /** The bridge in which it waits, was about to wait, or meets others; and what was noted of who waits, or leads. */
  readonly room: string | undefined;
  readonly note: string | undefined;
}

/** What is to be done before anything new is decided. */
export interface Reconciliation {
  /** Every caller that is with us, and every leg: those that are hung up end when they are. */
  readonly present: ReadonlySet<string>;
  readonly found: readonly FoundCaller[];
  readonly goneCallers: readonly string[];
  readonly goneLegs: readonly string[];
  /** Legs we follow that have been answered meanwhile. */
  readonly answeredLegs: readonly string[];
  readonly hangUp: readonly string[];
  /** With the caller who is to be taken out first, if one is left in it. */
  readonly destroyBridges: readonly { readonly bridgeId: string; readonly callerId: string | undefined }[];
}

/**
 * Compares what Asterisk has with what we know. Our channels are those that wait in our application; a leg nobody
 * follows and that talks to nobody is hung up; a talk of which one side is left is over.
 */
export function reconcile(application: string, snapshot: Snapshot, known: Known): Reconciliation {
  const settled = whoTalks(snapshot.bridges);
  const named = callersByBridge(snapshot.bridges, settled);
  const talking = inTalks(snapshot.bridges);
  const callers = new Map<string, AriChannel>();
  const legs = new Map<string, AriChannel>();
  for (const channel of snapshot.channels) {
    if (isUpkeep(channel.id) || isSnoop(channel.id)) continue;
    const kind = kindOf(channel, isInside(application, channel), named, talking, known);
    if (kind === 'leg') legs.set(channel.id, channel);
    else if (kind === 'caller') callers.set(channel.id, channel);
  }

  const talks = new Map<string, FoundCaller['talk']>();
  const rooms = new Map<string, Pick<FoundCaller, 'room' | 'note'>>();
  const talkingLegs = new Set<string>();
  const destroyBridges: Reconciliation['destroyBridges'][number][] = [];
  for (const bridge of snapshot.bridges) {
    if (isLeftWatch(bridge.id, known)) destroyBridges.push({ bridgeId: bridge.id, callerId: undefined });
    const unanswered = callerOfEarlyBridge(bridge.id);
    if (unanswered !== undefined && !known.callers.has(unanswered)) {
      const isIn = bridge.channels.includes(unanswered) && callers.has(unanswered);
      destroyBridges.push({ bridgeId: bridge.id, callerId: isIn ? unanswered : undefined });
    }
    const host = waiterOfBridge(bridge.id) ?? leaderOfBridge(bridge.id);
    const inRoom = host === undefined ? [] : membersOf(bridge, settled).filter((id) => callers.has(id));
    for (const id of inRoom) rooms.set(id, { room: bridge.id, note: id === host ? bridge.name : undefined });
    if (host !== undefined && inRoom.length === 0 && !known.callers.has(host))
      destroyBridges.push({ bridgeId: bridge.id, callerId: undefined });
    const callerId = callerOfBridge(bridge.id);
    if (callerId === undefined) continue;
    const leg = bridge.channels.map((id) => legs.get(id)).find((channel) => channel !== undefined);
    const callerIn = bridge.channels.includes(callerId) && callers.has(callerId);
    if (callerIn && leg !== undefined) {
      talks.set(callerId, { legId: leg.id, extension: extensionOfChannel(leg.name) });
      talkingLegs.add(leg.id);
    } else {
      if (callerIn) talks.set(callerId, 'over');
      // A bridge of a caller we know is taken down by the talk or the ring that owns it.
      if (!known.callers.has(callerId)) {
        destroyBridges.push({ bridgeId: bridge.id, callerId: callerIn ? callerId : undefined });
      }
    }
  }

  const goesOn = (legId: string): boolean => known.legs.has(legId) || talkingLegs.has(legId);
  return {
    present: new Set([...callers.keys(), ...legs.keys()]),
    found: [...callers.values()]
      .filter((channel) => !known.callers.has(channel.id))
      .map((channel) => ({
        channel,
        // Somebody of whom something is noted is alone because the other side was taken away.
        talk: rooms.get(channel.id)?.note === undefined ? talks.get(channel.id) : undefined,
        room: undefined,
        note: undefined,
        ...rooms.get(channel.id),
      })),
    goneCallers: [...known.callers].filter((id) => !callers.has(id)),
    goneLegs: [...known.legs].filter((id) => !legs.has(id) && !callers.has(id)),
    answeredLegs: [...known.legs].filter((id) => {
      const leg = legs.get(id) ?? callers.get(id);
      return leg !== undefined && isInside(application, leg);
    }),
    hangUp: [
      ...[...legs.keys()].filter((id) => !goesOn(id)),
      // Left by a process that was killed.
      ...snapshot.channels.map(({ id }) => id).filter((id) => isUpkeep(id) || (isSnoop(id) && isLeftWatch(id, known))),
    ],
    destroyBridges,
  };
}

/** Whether it served a supervisor of a process before us. */
function isLeftWatch(id: string, known: Known): boolean {
  const watcher = watcherOf(id);
  return watcher !== undefined && !known.callers.has(watcher);
}

/** Who talks, or meets others; a bridge to wait in that bears such a one's name is there for nothing. */
function whoTalks(bridges: readonly AriBridge[]): ReadonlySet<string> {
  const talking = bridges.filter(
    ({ id, channels }) => leaderOfBridge(id) !== undefined || (callerOfBridge(id) !== undefined && channels.length > 1),
  );
  return new Set(talking.flatMap(({ channels }) => channels));
}

/** Who is in a bridge to wait or to meet in; who was just about to be put there, too. */
function membersOf({ id, channels }: AriBridge, settled: ReadonlySet<string>): readonly string[] {
  const waiter = waiterOfBridge(id);
  return waiter === undefined ? channels : settled.has(waiter) ? [] : [waiter];
}

/** Who is a caller because of a bridge. */
function callersByBridge(bridges: readonly AriBridge[], settled: ReadonlySet<string>): ReadonlySet<string> {
  return new Set(
    bridges.flatMap((bridge) => {
      if (waiterOfBridge(bridge.id) !== undefined || leaderOfBridge(bridge.id) !== undefined)
        return membersOf(bridge, settled);
      const callerId = callerOfBridge(bridge.id);
      return callerId === undefined || !bridge.channels.includes(callerId) ? [] : [callerId];
    }),
  );
}

/** Everybody in a talk, also one whose caller has hung up. */
function inTalks(bridges: readonly AriBridge[]): ReadonlySet<string> {
  return new Set(bridges.filter(({ id }) => callerOfBridge(id) !== undefined).flatMap(({ channels }) => channels));
}

/**
 * Whether a channel is a caller's own or was placed for one; undefined when it is none of ours. Transfers make callers of
 * legs, and legs of callers: a bridge bears its caller's name.
 */
function kindOf(
  { id }: AriChannel,
  inside: boolean,
  named: ReadonlySet<string>,
  talking: ReadonlySet<string>,
  known: Known,
): 'caller' | 'leg' | undefined {
  // A phone that a program wants a call from is who calls once it has answered.
  const asRung = isLeg(id) || (isClicked(id) && !inside);
  if (!inside) return asRung ? 'leg' : undefined;
  if (known.callers.has(id) || known.legs.has(id)) return known.callers.has(id) ? 'caller' : 'leg';
  if (named.has(id)) return 'caller';
  return asRung || talking.has(id) ? 'leg' : 'caller';
}

/** Whether a channel waits in our application. */
export function isInside(application: string, channel: AriChannel): boolean {
  const { app_name: name, app_data: data } = channel.dialplan;
  return name === 'Stasis' && (data === application || data.startsWith(`${application},`));
}
