import type { PartedTalk, Parties } from '../parties.ts';
import type { Channel, Talk } from '../port.ts';
import type { AriChannel } from './ari-types.generated.ts';
import type { AsteriskChannel } from './asterisk-channel.ts';
import { channelGone, isGone } from './call-control.ts';
import { talkBridgeId, waitBridgeId } from './names.ts';
import { join, type RingSurroundings } from './ring.ts';

/** What taking talks apart needs of the house around it. */
export interface PartySurroundings extends RingSurroundings {
  /** The channel of a caller as it is now. */
  readonly callerOf: (id: string) => AsteriskChannel | undefined;
  /** Makes a leg a caller of its own; `number` is that of who it is. */
  readonly promote: (leg: AriChannel, number: string) => AsteriskChannel;
  /** Puts a new channel in the place of a caller's. */
  readonly renew: (caller: AsteriskChannel) => AsteriskChannel;
  /** A call is this channel's own from now on, whoever it was placed for. */
  readonly lead: (channel: AsteriskChannel) => void;
  /** Makes a caller a leg of another one's call. */
  readonly demote: (channel: AsteriskChannel, callerId: string) => void;
}

/** Takes talks apart, and puts their sides together anew, on a real Asterisk. */
export function createParties(around: PartySurroundings): Parties {
  const { control, clock, logger } = around;

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

  async function part(given: Channel): Promise<PartedTalk> {
    const caller = known(given);
    const { talk } = caller;
    if (talk === undefined) throw channelGone();
    const leg = await control
      .ask('GET /channels/{channelId}', { path: { channelId: talk.legId } })
      .catch((error: unknown) => {
        throw isGone(error) ? channelGone(error) : error;
      });
    if (caller.gone.aborted) throw channelGone();
    const other = around.promote(leg, talk.extension);
    const again = around.renew(caller);
    const path = { bridgeId: talkBridgeId(caller.id) };
    // One by one: of a list in which one is gone Asterisk takes nobody out.
    for (const channel of [caller.id, talk.legId]) {
      const out = control.tell('POST /bridges/{bridgeId}/removeChannel', { path, query: { channel: [channel] } });
      await unless404(out, 'a channel could not be taken out of a bridge');
    }
    await unless404(control.tell('DELETE /bridges/{bridgeId}', { path }), 'a bridge could not be removed');
    return { caller: again, other };
  }

  async function connect(given: Channel, second: Channel): Promise<Talk> {
    const [caller, other] = [known(given), known(second)];
    const number = other.callerNumber;
    around.lead(caller);
    for (const one of [caller, other]) await unpark(one);
    around.demote(other, caller.id);
    const leg = { callerId: caller.id, legId: other.id, at: clock.now() };
    around.onLeg({ ...leg, kind: 'placed', number });
    around.onLeg({ ...leg, kind: 'answered' });
    return join(caller, { legId: other.id, extension: number }, around);
  }

  async function park(given: Channel, note: string, hears: 'music' | 'nothing'): Promise<void> {
    const channel = known(given);
    around.lead(channel);
    // It has waited since before our process died.
    if (channel.parked) return;
    const path = { bridgeId: waitBridgeId(channel.id) };
    await control.tell('POST /bridges/{bridgeId}', { path, query: { type: 'mixing', name: note }, body: {} });
    channel.parked = true;
    const away = () => {
      void unless404(control.tell('DELETE /bridges/{bridgeId}', { path }), 'a bridge could not be removed');
    };
    channel.gone.addEventListener('abort', away, { once: true });
    await control.tell('POST /bridges/{bridgeId}/addChannel', { path, query: { channel: [channel.id] } });
    if (hears === 'music') await channel.startMusic();
  }

  async function unpark(channel: AsteriskChannel): Promise<void> {
    if (!channel.parked) return;
    channel.parked = false;
    await unless404(channel.stopMusic(), 'music could not be stopped');
    const path = { bridgeId: waitBridgeId(channel.id) };
    await unless404(
      control.tell('POST /bridges/{bridgeId}/removeChannel', { path, query: { channel: [channel.id] } }),
      'a channel could not be taken out of a bridge',
    );
    await unless404(control.tell('DELETE /bridges/{bridgeId}', { path }), 'a bridge could not be removed');
  }

  return { part, connect, park };
}
