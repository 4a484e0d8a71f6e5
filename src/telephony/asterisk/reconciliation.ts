import type { AriBridge, AriChannel } from './ari-types.generated.ts';
import { callerOfBridge, extensionOfChannel, isClicked, isLeg, isSnoop, isUpkeep } from './names.ts';

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
}

/** What is to be done before anything new is decided. */
export interface Reconciliation {
  /** Every caller that is with us, and every leg that goes on. */
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
  const callers = new Map<string, AriChannel>();
  const legs = new Map<string, AriChannel>();
  for (const channel of snapshot.channels) {
    if (isUpkeep(channel.id) || isSnoop(channel.id)) continue;
    const inside = isInside(application, channel);
    // A phone that a program wants a call from is who calls once it has answered.
    if (isLeg(channel.id) || (isClicked(channel.id) && !inside)) legs.set(channel.id, channel);
    else if (inside) callers.set(channel.id, channel);
  }

  const talks = new Map<string, FoundCaller['talk']>();
  const talkingLegs = new Set<string>();
  const destroyBridges: Reconciliation['destroyBridges'][number][] = [];
  for (const bridge of snapshot.bridges) {
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
    present: new Set([...callers.keys(), ...[...legs.keys()].filter(goesOn)]),
    found: [...callers.values()]
      .filter((channel) => !known.callers.has(channel.id))
      .map((channel) => ({ channel, talk: talks.get(channel.id) })),
    goneCallers: [...known.callers].filter((id) => !callers.has(id)),
    goneLegs: [...known.legs].filter((id) => !legs.has(id) && !callers.has(id)),
    answeredLegs: [...known.legs].filter((id) => {
      const leg = legs.get(id) ?? callers.get(id);
      return leg !== undefined && isInside(application, leg);
    }),
    hangUp: [
      ...[...legs.keys()].filter((id) => !goesOn(id)),
      // Left by a process that was killed.
      ...snapshot.channels.map((channel) => channel.id).filter(isUpkeep),
    ],
    destroyBridges,
  };
}

function isInside(application: string, channel: AriChannel): boolean {
  const { app_name: name, app_data: data } = channel.dialplan;
  return name === 'Stasis' && (data === application || data.startsWith(`${application},`));
}
