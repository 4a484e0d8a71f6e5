import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { DigitBuffer } from '../digit-buffer.ts';
import type { Channel, HangUp, Playback, RecordRequest } from '../port.ts';
import type { Arguments, Operation } from './ari-request.ts';
import type { AriChannel } from './ari-types.generated.ts';
import { AsteriskPlayback } from './asterisk-playback.ts';
import type { AsteriskTalk } from './asterisk-talk.ts';
import { type CallControl, channelGone, isGone } from './call-control.ts';
import { codecOf, isPassedThrough } from './codecs.ts';
import { normalClearing } from './hang-up-cause.ts';
import { extensionOfChannel, isClicked, isLeg, tenantOfAccount, trunkOfChannel } from './names.ts';
import type { OpenRecordings } from './open-recordings.ts';
import type { ClickedPhone } from './originate.ts';
import { dialplan } from './runtime/dialplan.ts';

/** By which trunk a call came, and so to which tenant. */
export interface TrunkArrival {
  readonly tenantId: number;
  readonly trunkId: number;
}

/** What is known of a caller besides what Asterisk says. */
export interface NewCaller {
  /** From where on names of playbacks are free. */
  readonly firstPlayback?: number;
  readonly clicked?: ClickedPhone | undefined;
  readonly number?: string | undefined;
  readonly note?: string | undefined;
}

/** What a channel needs of the house around it. */
export interface ChannelSurroundings {
  readonly control: CallControl;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly recordings: OpenRecordings;
  /** A playback's id, given to none that is still under way. */
  readonly newPlaybackId: () => string;
  /** Of a phone that was rung because a program asked for a call from it. */
  readonly clicked?: ClickedPhone | undefined;
  /** Whose call it is that seems to have come by a trunk: several trunks may stand at one address. */
  readonly arrivalOf: (seeming: TrunkArrival, dialled: string) => TrunkArrival;
  /** Of a leg that has become a caller: who it is. */
  readonly number?: string | undefined;
  /** See `Channel`. */
  readonly note?: string | undefined;
  /** Told when the caller's leg was answered by us. */
  readonly answered: (at: Date) => void;
  /** Told when it is gone, but not when it goes on in another channel's name. */
  readonly ended: (cause: number, at: Date) => void;
  /** Makes events of the playback reach it until it has ended. */
  readonly follow: (playback: AsteriskPlayback) => void;
}

/** The caller's leg in Asterisk. */
export class AsteriskChannel implements Channel {
  readonly id: string;
  readonly tenantId: number | undefined;
  readonly callerNumber: string;
  readonly callerName: string;
  readonly dialled: string;
  readonly trunkId: number | undefined;
  readonly startedAt: Date;
  /** Asterisk's name of it; undefined when it was not told. */
  readonly codec: string | undefined;
  readonly openedOn?: string;
  readonly note: string | undefined;
  /** The bridge in which it waits, or meets others. */
  room: string | undefined;
  /** Given who talked to it, and is kept, when it is gone. */
  keepsOther: ((talk: AsteriskTalk) => void) | undefined;
  readonly digits = new DigitBuffer();
  readonly #around: ChannelSurroundings;
  readonly #source: AriChannel;
  readonly #gone = new AbortController();
  readonly #playbacks = new Set<AsteriskPlayback>();
  /** Q.850; undefined until somebody hangs up. */
  #cause: number | undefined;
  #closing: 'hang_up' | 'leave' | undefined;
  #talk: AsteriskTalk | undefined;

  constructor(channel: AriChannel, around: ChannelSurroundings) {
    this.id = channel.id;
    this.note = around.note;
    this.#source = channel;
    // Asterisk's word for a number that was withheld.
    const number = channel.caller.number === 'unknown' ? '' : channel.caller.number;
    this.callerNumber = around.number ?? (isRung(channel) ? extensionOfChannel(channel.name) : number);
    this.callerName = isRung(channel) ? '' : channel.caller.name;
    this.dialled = around.clicked?.dialled ?? channel.dialplan.exten;
    if (around.clicked !== undefined) this.openedOn = around.clicked.openedOn;
    const [tenantId, trunkId] = [tenantOfAccount(channel.accountcode), trunkOfChannel(channel.name)];
    const arrival =
      tenantId === undefined || trunkId === undefined
        ? { tenantId, trunkId }
        : around.arrivalOf({ tenantId, trunkId }, this.dialled);
    this.tenantId = arrival.tenantId;
    this.trunkId = arrival.trunkId;
    this.startedAt = new Date(channel.creationtime);
    this.codec = codecOf(channel.dialplan.app_data);
    this.#around = around;
  }

  get passThrough(): boolean {
    return isPassedThrough(this.codec);
  }

  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  get talk(): AsteriskTalk | undefined {
    return this.#talk;
  }

  /** Playbacks that have not ended. */
  get playbacks(): ReadonlySet<AsteriskPlayback> {
    return this.#playbacks;
  }

  /** Enters a talk, or comes back from it. */
  setTalk(talk: AsteriskTalk | undefined): void {
    this.#talk = talk;
  }

  /**
   * Asterisk begins to take the leg down. For us it is gone from now on: Asterisk ends what is playing before it says that
   * the leg has left, and a menu must not go on meanwhile as if a prompt had been heard.
   * @param cause Q.850
   */
  hangingUp(cause: number, at: Date): void {
    this.#cause ??= cause;
    this.end(at);
  }

  /** Another channel takes its place: for whoever has this one it is gone, and so is its talk. */
  renewed(): AsteriskChannel {
    const again = new AsteriskChannel(this.#source, this.#around);
    again.room = this.room;
    this.pass();
    return again;
  }

  /** The call goes on without this channel, which itself goes on under another name. */
  pass(): void {
    if (this.#talk !== undefined) this.#talk.isParted = true;
    const hangUp: HangUp = { cause: 0, at: this.#around.clock.now(), by: 'transfer' };
    if (!this.gone.aborted) this.#leave(hangUp);
  }

  /** The leg is not with us any more. */
  end(at: Date): void {
    if (this.#gone.signal.aborted) return;
    const by = this.#closing === undefined ? (this.#cause === undefined ? 'unknown' : 'caller') : 'us';
    const cause = this.#cause ?? 0;
    this.#leave({ cause, at, by });
    this.#around.ended(cause, at);
  }

  #leave(hangUp: HangUp): void {
    this.#gone.abort(hangUp);
    for (const playback of this.#playbacks) playback.end('stopped');
    this.#talk?.end('caller');
  }

  async answer(): Promise<void> {
    // The phone hears of it before we do.
    const at = this.#around.clock.now();
    await this.#act('POST /channels/{channelId}/answer', { path: { channelId: this.id } });
    this.#around.answered(at);
  }

  async record({ name, maxSeconds, maxSilenceSeconds, endedBy }: RecordRequest): Promise<void> {
    const { recordings, control } = this.#around;
    const over = recordings.follow(name, this.id);
    const limits = { maxDurationSeconds: maxSeconds, maxSilenceSeconds, terminateOn: endedBy };
    try {
      await control.tell(
        'POST /channels/{channelId}/record',
        { path: { channelId: this.id }, query: { name, format: 'wav', ifExists: 'fail', ...limits } },
        this.gone,
      );
    } catch (error) {
      // Begun before, by a process that was killed or a request whose answer was lost; or the caller has just hung up.
      if (!isGone(error) || !(await this.#isRecorded(name))) recordings.ended(name);
      if (!isGone(error)) throw error;
    }
    await over;
  }

  async #isRecorded(recordingName: string): Promise<boolean> {
    try {
      await this.#around.control.ask('GET /recordings/live/{recordingName}', { path: { recordingName } });
      return true;
    } catch (error) {
      if (!isGone(error)) throw error;
      return false;
    }
  }

  startMusic(name?: string): Promise<void> {
    const query = name === undefined ? {} : { mohClass: name };
    return this.#act('POST /channels/{channelId}/moh', { path: { channelId: this.id }, query });
  }

  stopMusic(): Promise<void> {
    return this.#act('DELETE /channels/{channelId}/moh', { path: { channelId: this.id } });
  }

  /** The caller hears ringing, answered or not. */
  startRinging(): Promise<void> {
    return this.#act('POST /channels/{channelId}/ring', { path: { channelId: this.id } });
  }

  stopRinging(): Promise<void> {
    return this.#act('DELETE /channels/{channelId}/ring', { path: { channelId: this.id } });
  }

  async hangUp(cause = normalClearing): Promise<void> {
    if (this.gone.aborted) return;
    this.#closing ??= 'hang_up';
    await this.#act('DELETE /channels/{channelId}', {
      path: { channelId: this.id },
      query: { reason_code: String(cause) },
    });
  }

  async leave(): Promise<void> {
    this.#closing ??= 'leave';
    await this.#act('POST /channels/{channelId}/continue', {
      path: { channelId: this.id },
      query: { context: dialplan.fallback, extension: 's', priority: 1 },
    });
  }

  play(media: readonly string[]): Playback {
    const playback = new AsteriskPlayback(this.#around.newPlaybackId(), () => this.#silence(playback));
    if (media.length === 0) playback.end('completed');
    else if (this.gone.aborted) playback.end('stopped');
    else void this.#start(playback, media);
    return playback;
  }

  async #start(playback: AsteriskPlayback, media: readonly string[]): Promise<void> {
    const { control, logger, follow } = this.#around;
    this.#playbacks.add(playback);
    follow(playback);
    void playback.finished.then(() => this.#playbacks.delete(playback));
    try {
      await control.tell(
        'POST /channels/{channelId}/play/{playbackId}',
        { path: { channelId: this.id, playbackId: playback.id }, query: { media } },
        this.gone,
      );
      playback.accepted = true;
    } catch (error) {
      if (isGone(error)) return playback.end('stopped');
      logger.warn({ err: error, media }, 'a prompt could not be played');
      playback.end('failed');
    }
  }

  async #silence(playback: AsteriskPlayback): Promise<void> {
    try {
      await this.#around.control.tell(
        'DELETE /playbacks/{playbackId}',
        { path: { playbackId: playback.id } },
        this.gone,
      );
    } catch (error) {
      // It has just ended by itself.
      if (!isGone(error)) throw error;
    }
  }

  async #act<O extends Operation>(operation: O, given: Arguments<O>): Promise<void> {
    if (this.gone.aborted) throw channelGone();
    try {
      await this.#around.control.tell(operation, given, this.gone);
    } catch (error) {
      throw isGone(error) ? channelGone(error) : error;
    }
  }
}

/** A phone that we rang shows whom it calls, and is itself who does. */
function isRung({ id, name }: AriChannel): boolean {
  return isClicked(id) || (isLeg(id) && trunkOfChannel(name) === undefined);
}
