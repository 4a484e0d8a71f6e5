import type { PartedTalk, Parties, SideNotes } from '../parties.ts';
import type { Channel, Talk } from '../port.ts';
import type { AriChannel } from './ari-types.generated.ts';
import type { AsteriskChannel } from './asterisk-channel.ts';
import type { AsteriskTalk } from './asterisk-talk.ts';
import { channelGone, isGone } from './call-control.ts';
import { hangUp } from './hang-up.ts';
import { meetBridgeId, talkBridgeId, uniqueBytes, waitBridgeId } from './names.ts';
import { join, type RingSurroundings } from './ring.ts';

/** What taking talks apart needs of the house around it. */
export interface PartySurroundings extends RingSurroundings {
  /** The channel of a caller as it is now. */
  readonly callerOf: (id: string) => AsteriskChannel | undefined;
  /** Makes a leg a caller of its own; `number` is that of who it is. */
  readonly promote: (leg: AriChannel, number: string) => AsteriskChannel;
  /** Puts a new channel in the place of a caller's. */
  readonly renew: (caller: AsteriskChannel) => AsteriskChannel;
  /** Whether any caller is in this bridge to wait or to meet others. */
  readonly isInRoom: (bridgeId: string) => boolean;
  /** Makes a caller a leg of another one's call. */
  readonly demote: (channel: AsteriskChannel, callerId: string) => void;
}

/** Takes talks apart, and puts their sides together anew, on a real Asterisk. */
export function createParties(around: PartySurroundings): Parties {
  const { control, clock, ids, logger } = around;

  const known = ({ id }: Channel): AsteriskChannel => {
    const channel = around.callerOf(id);
    if (channel === undefined || channel.gone.aborted) throw channelGone();
    return channel;
  };

  /** What is gone already is as good as taken away. */
  async function unless404(act: Promise<void>, what: string): Promise<void> {
    try {
      await act;
    } catch (error) {
      if (!isGone(error)) logger.warn({ err: error }, what);
    }
  }

  async function part(given: Channel, notes: SideNotes): Promise<PartedTalk> {
    const caller = known(given);
    const { talk } = caller;
    if (talk === undefined) throw channelGone();
    const leg = await control
      .ask('GET /channels/{channelId}', { path: { channelId: talk.legId } })
      .catch((error: unknown) => {
        throw isGone(error) ? channelGone(error) : error;
      });
    // Noted before anything is done, so that whoever comes after us knows what was meant.
    const rooms = [
      await makeRoom(newRoomOf(caller.id), notes.caller),
      await makeRoom(newRoomOf(talk.legId), notes.other),
    ] as const;
    if (caller.gone.aborted) {
      await Promise.all(rooms.map(vacated));
      throw channelGone();
    }
    const parted = { caller: around.renew(caller), other: around.promote(leg, talk.extension) };
    await enter(rooms[0], parted.caller);
    await enter(rooms[1], parted.other);
    const path = { bridgeId: talkBridgeId(caller.id) };
    await unless404(control.tell('DELETE /bridges/{bridgeId}', { path }), 'a bridge could not be removed');
    return parted;
  }

  async function connect(given: Channel, second: Channel): Promise<Talk> {
    const [caller, other] = [known(given), known(second)];
    const number = other.callerNumber;
    const rooms = [caller, other].map(({ room }) => room);
    for (const one of [caller, other]) await silenceMusic(one);
    around.demote(other, caller.id);
    const leg = { callerId: caller.id, legId: other.id, at: clock.now() };
    around.onLeg({ ...leg, kind: 'placed', number });
    around.onLeg({ ...leg, kind: 'answered' });
    const talk = await join(caller, { legId: other.id, extension: number }, around);
    caller.room = undefined;
    other.room = undefined;
    for (const room of new Set(rooms)) if (room !== undefined) await vacated(room);
    return talk;
  }

  async function pickUp(given: Channel, extensions: readonly string[]): Promise<boolean> {
    const picker = known(given);
    const ring = around.rings.longestAt(extensions, picker);
    if (ring === undefined) return false;
    const leg = { callerId: ring.caller.id, legId: picker.id, at: clock.now() };
    const extension = picker.callerNumber;
    around.demote(picker, ring.caller.id);
    around.onLeg({ ...leg, kind: 'placed', number: extension });
    around.onLeg({ ...leg, kind: 'answered' });
    const answer = control.tell('POST /channels/{channelId}/answer', { path: { channelId: picker.id } });
    // At once, so that no second one picks it up: who rings joins them, as if one of its own phones had answered.
    ring.happened({ kind: 'picked_up', legId: picker.id, extension });
    await unless404(answer, 'a phone that picked a call up could not be answered');
    return true;
  }

  const newRoomOf = (channelId: string): string => waitBridgeId(channelId, ids.secret(uniqueBytes));

  async function makeRoom(bridgeId: string, name: string): Promise<string> {
    const query = { type: 'mixing', name };
    await control.tell('POST /bridges/{bridgeId}', { path: { bridgeId }, query, body: {} });
    return bridgeId;
  }

  /** Takes a channel from where it is into a room. One by one: of a list in which one is gone Asterisk takes nobody. */
  async function enter(bridgeId: string, channel: AsteriskChannel): Promise<void> {
    channel.room = bridgeId;
    const leaves = () => {
      if (channel.room === bridgeId) void vacated(bridgeId);
    };
    channel.gone.addEventListener('abort', leaves, { once: true });
    const query = { channel: [channel.id] };
    const entering = control.tell('POST /bridges/{bridgeId}/addChannel', { path: { bridgeId }, query });
    await unless404(entering, 'a channel could not be put into a bridge');
  }

  /** Takes a room away in which nobody is any more. */
  async function vacated(bridgeId: string): Promise<void> {
    if (around.isInRoom(bridgeId)) return;
    await unless404(
      control.tell('DELETE /bridges/{bridgeId}', { path: { bridgeId } }),
      'a bridge could not be removed',
    );
  }

  async function park(given: Channel, note: string, hears: 'music' | 'nothing'): Promise<void> {
    const channel = known(given);
    // It may have waited since before our process died; and hears music then.
    if (channel.room === undefined) await enter(await makeRoom(newRoomOf(channel.id), note), channel);
    if (hears === 'music') await channel.startMusic();
    else await silenceMusic(channel);
  }

  function silenceMusic(channel: AsteriskChannel): Promise<void> {
    return unless404(channel.stopMusic(), 'music could not be stopped');
  }

  async function meet(given: readonly Channel[], note: string): Promise<void> {
    const channels = given.map(known);
    const [leader] = channels;
    if (leader === undefined) throw channelGone();
    const room = meetBridgeId(leader.id);
    // After a restart of ours they are there already.
    if (channels.every((channel) => channel.room === room)) return;
    const before = channels.map((channel) => channel.room);
    await makeRoom(room, note);
    for (const channel of channels) {
      await silenceMusic(channel);
      await enter(room, channel);
    }
    for (const left of before) if (left !== undefined && left !== room) await vacated(left);
  }

  async function keepOther(given: Channel): Promise<Channel | undefined> {
    const channel = known(given);
    const kept = await new Promise<AsteriskTalk | undefined>((resolve) => {
      channel.keepsOther = resolve;
      // A talk of its says who it was, once its bridge is down.
      const goes = () => channel.talk === undefined && resolve(undefined);
      channel.gone.addEventListener('abort', goes, { once: true });
    });
    if (kept === undefined) return undefined;
    try {
      const leg = await control.ask('GET /channels/{channelId}', { path: { channelId: kept.legId } });
      return around.promote(leg, kept.extension);
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  return {
    part,
    sidesOf(given) {
      const { id, talk } = known(given);
      if (talk === undefined) throw channelGone();
      return { caller: id, other: talk.legId };
    },
    connect,
    pickUp,
    park,
    meet,
    keepOther,
    async dismissOther(channel) {
      const { talk } = known(channel);
      if (talk !== undefined) await hangUp(talk.legId, around);
    },
    again: (channel) => around.renew(known(channel)),
    silence: (channel) => unless404(known(channel).stopRinging(), 'ringing could not be stopped'),
  };
}
