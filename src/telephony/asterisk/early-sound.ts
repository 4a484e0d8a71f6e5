import { AppError } from '../../kernel/errors.ts';
import type { AsteriskChannel } from './asterisk-channel.ts';
import { isGone } from './call-control.ts';
import { earlyBridgeId, snoopChannelId } from './names.ts';
import type { RingSurroundings } from './ring.ts';

const pollMs = 5;
const mostPolls = 400;

/**
 * What a called network says before anybody answers: its own ringing, or that the number does not exist. A leg that is not
 * answered yet is in no bridge: what comes from it is listened to, and bridged with the caller, who is told by SIP's 183 to
 * listen before an answer (RFC 3960).
 */
export class EarlySound {
  readonly #caller: AsteriskChannel;
  readonly #legId: string;
  readonly #around: RingSurroundings;
  readonly #unfollow: () => void;
  #opening: Promise<void> | undefined;
  #isOver = false;

  /** Begins by itself when the leg has something to say. */
  constructor(caller: AsteriskChannel, legId: string, around: RingSurroundings) {
    this.#caller = caller;
    this.#legId = legId;
    this.#around = around;
    this.#unfollow = around.followLeg(legId, (event) => {
      if (event.kind === 'ringing' && event.early === true) this.#opening ??= this.#attempt(() => this.#open());
    });
  }

  /** Takes the caller back; resolves when nothing of it is left. */
  async end(): Promise<void> {
    this.#isOver = true;
    this.#unfollow();
    if (this.#opening === undefined) return;
    await this.#opening;
    await this.#attempt(() => this.#close());
  }

  get #snoopId(): string {
    return snoopChannelId(this.#legId, 'early');
  }

  async #open(): Promise<void> {
    const { control, application } = this.#around;
    const [caller, legId, snoopId] = [this.#caller, this.#legId, this.#snoopId];
    const { value } = await control.ask('GET /channels/{channelId}/variable', {
      path: { channelId: legId },
      query: { variable: 'CHANNEL(rtp,dest)' },
    });
    // A 183 without SDP: nothing is said, and our own ringing goes on.
    if (!/:[1-9]\d*$/.test(value)) return;
    await control.tell('POST /channels/{channelId}/snoop/{snoopId}', {
      path: { channelId: legId, snoopId },
      query: { spy: 'in', app: application, appArgs: 'early' },
    });
    const bridgeId = earlyBridgeId(caller.id);
    await control.tell('POST /bridges/{bridgeId}', { path: { bridgeId }, query: { type: 'mixing' }, body: {} });
    await caller.stopRinging();
    await control.tell('POST /channels/{channelId}/progress', { path: { channelId: caller.id } }, caller.gone);
    await this.#join(bridgeId, snoopId);
  }

  /** What listens has to enter our application first. */
  async #join(bridgeId: string, snoopId: string): Promise<void> {
    const { control, clock } = this.#around;
    for (let i = 0; i < mostPolls && !this.#isOver; i++) {
      try {
        await control.tell('POST /bridges/{bridgeId}/addChannel', {
          path: { bridgeId },
          query: { channel: [this.#caller.id, snoopId], inhibitConnectedLineUpdates: true },
        });
        return;
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'conflict')) throw error;
        await clock.sleep(pollMs);
      }
    }
  }

  async #close(): Promise<void> {
    const { control } = this.#around;
    const bridgeId = earlyBridgeId(this.#caller.id);
    const takeOut = { path: { bridgeId }, query: { channel: [this.#caller.id] } };
    await this.#attempt(() => control.tell('POST /bridges/{bridgeId}/removeChannel', takeOut, this.#caller.gone));
    await this.#attempt(() => control.tell('DELETE /bridges/{bridgeId}', { path: { bridgeId } }));
    await control.tell('DELETE /channels/{channelId}', { path: { channelId: this.#snoopId }, query: {} });
  }

  /** The call goes on without it. */
  async #attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      const isOrdinary = isGone(error) || (error instanceof AppError && error.code === 'conflict');
      if (!isOrdinary) this.#around.logger.warn({ err: error }, 'what a network says before it answers was not heard');
    }
  }
}
