import type { IdSource } from '../../kernel/ids.ts';
import { isDigit } from '../digit-buffer.ts';
import type { Parties } from '../parties.ts';
import type {
  CallHandlers,
  CallRecorder,
  Channel,
  ChannelEnd,
  DialRequest,
  DialResult,
  OriginateRequest,
  RingRequest,
  RingResult,
  Telephony,
  WatchRequest,
} from '../port.ts';
import { AriConnection, type ConnectionOptions } from './ari-connection.ts';
import type { AriChannel, AriChannelDtmfReceived, AriEvent } from './ari-types.generated.ts';
import { AsteriskChannel, type NewCaller, type TrunkArrival } from './asterisk-channel.ts';
import { createParties } from './asterisk-parties.ts';
import type { AsteriskPlayback } from './asterisk-playback.ts';
import { AsteriskTalk } from './asterisk-talk.ts';
import { CallControl } from './call-control.ts';
import { CallLegs } from './call-legs.ts';
import { createCallRecorder } from './call-recorder.ts';
import { readChannelEnds } from './channel-ends.ts';
import { checkPlaybacks, discard, hush, removeBridge, throwUnlessGone } from './clean-up.ts';
import { hearOurEvents, timeOf } from './event-types.ts';
import { hangUpCause, normalClearing } from './hang-up-cause.ts';
import { isClicked, isLeg, isSnoop, isUpkeep, playbackId } from './names.ts';
import { OpenRecordings } from './open-recordings.ts';
import { OpenRings } from './open-rings.ts';
import { type ClickedPhone, originate } from './originate.ts';
import { type FoundCaller, reconcile } from './reconciliation.ts';
import { dial, followTalk, type RingSurroundings, ring } from './ring.ts';
import { talkSide, transferRequest } from './transfer-request.ts';
import { watch } from './watch.ts';

export interface TelephonyOptions extends ConnectionOptions {
  readonly ids: IdSource;
  /** See `readChannelEnds`; left out of an Asterisk whose files are elsewhere. */
  readonly endsFile?: string | undefined;
  /** The names in Asterisk of an extension's endpoints; its number alone when left out. */
  readonly endpointsOf?: (tenantId: number, extension: string) => readonly string[];
  /** See `ChannelSurroundings`; what it seems to be when left out. */
  readonly arrivalOf?: (seeming: TrunkArrival, dialled: string) => TrunkArrival;
  /** Told after each connection, when everything is reconciled: what was pushed to Asterisk may have to be looked at. */
  readonly connected?: () => void;
}

/** Telephony on a real Asterisk, over ARI. */
export class AsteriskTelephony implements Telephony {
  readonly recorder: CallRecorder;
  readonly #options: TelephonyOptions;
  readonly #connection: AriConnection;
  readonly #control: CallControl;
  readonly #callers = new Map<string, AsteriskChannel>();
  readonly #legs = new CallLegs((change) => this.#handlers?.leg?.(change));
  readonly #rings = new OpenRings();
  readonly #playbacks = new Map<string, AsteriskPlayback>();
  readonly #recordings = new OpenRecordings();
  /** Phones that ring because programs asked for calls. */
  readonly #clicked = new Map<string, ClickedPhone>();
  /** Events that wait until everything is reconciled. */
  #queued: AriEvent[] | undefined;
  #handlers: CallHandlers | undefined;
  #exchangeStartedAt = new Date(0);
  #started = Promise.withResolvers<void>();

  constructor(options: TelephonyOptions) {
    this.#options = options;
    this.#connection = new AriConnection(options, {
      opened: () => this.#opened(),
      closed: () => this.#closed(),
      event: (event) => (this.#queued === undefined ? this.#on(event) : void this.#queued.push(event)),
    });
    this.#control = new CallControl(this.#connection, options.clock);
    this.recorder = createCallRecorder({ ...options, control: this.#control, recordings: this.#recordings });
  }

  get connected(): boolean {
    return this.#control.isReady;
  }

  /** When the Asterisk we talk to was started: calls older than that died with the one before. */
  get exchangeStartedAt(): Date {
    return this.#exchangeStartedAt;
  }

  async start(handlers: CallHandlers): Promise<void> {
    this.#handlers = handlers;
    this.#connection.open();
    await this.#started.promise;
  }

  async stop(): Promise<void> {
    this.#closed();
    await this.#connection.close();
  }

  /** Cuts the connection as a broken network would; it comes back by itself. For tests of failure. */
  dropConnection(): void {
    this.#connection.drop();
  }

  async ring(caller: Channel, request: RingRequest): Promise<RingResult> {
    const known = this.#callers.get(caller.id);
    return known === undefined ? { kind: 'caller_gone' } : ring(known, request, this.#ringSurroundings);
  }

  originate(request: OriginateRequest): Promise<boolean> {
    const expect = (channelId: string, phone: ClickedPhone) => {
      this.#clicked.set(channelId, phone);
      this.#legs.own(channelId, phone.openedOn);
      return () => {
        this.#clicked.delete(channelId);
        this.#legs.disown(channelId);
      };
    };
    return originate(request, { ...this.#ringSurroundings, expect });
  }

  async dial(caller: Channel, request: DialRequest): Promise<DialResult> {
    const known = this.#callers.get(caller.id);
    return known === undefined ? { kind: 'caller_gone' } : dial(known, request, this.#ringSurroundings);
  }

  watch({ id }: Channel, request: WatchRequest): Promise<boolean> {
    return watch(this.#callers.get(id), request, this.#callers.get(request.callerId), this.#ringSurroundings);
  }

  async hangUp(channelId: string): Promise<boolean> {
    const [path, cause] = [{ channelId }, String(normalClearing)];
    try {
      const caller = this.#callers.get(channelId);
      if (caller !== undefined) await caller.hangUp();
      else await this.#control.tell('DELETE /channels/{channelId}', { path, query: { reason_code: cause } });
      return true;
    } catch (error) {
      throwUnlessGone(error);
      return false;
    }
  }

  /** What transfers do with the sides of talks. */
  get parties(): Parties {
    return createParties({
      ...this.#ringSurroundings,
      callerOf: (id) => this.#callers.get(id),
      promote: (leg, number) => {
        this.#legs.own(leg.id, leg.id);
        return this.#newCaller(leg, { number });
      },
      renew: (caller) => {
        const again = caller.renewed();
        this.#callers.set(again.id, again);
        return again;
      },
      isInRoom: (room) => [...this.#callers.values()].some((caller) => caller.room === room),
      demote: (channel, callerId) => {
        this.#callers.delete(channel.id);
        channel.pass();
        this.#legs.own(channel.id, callerId);
      },
    });
  }

  get #ringSurroundings(): RingSurroundings {
    return {
      endpointsOf: (_tenantId, extension) => [extension],
      ...this.#options,
      control: this.#control,
      rings: this.#rings,
      followLeg: (id, listener) => this.#legs.follow(id, listener),
      onLeg: (change) => this.#handlers?.leg?.({ ...change, callerId: this.#legs.ownerOf(change.callerId) }),
    };
  }

  #closed(): void {
    this.#control.shut();
    this.#queued = [];
    this.#options.metrics.connected.set(0);
  }

  /** Nothing new is decided before what is going on is known (invariant 2). */
  async #opened(): Promise<void> {
    this.#queued = [];
    const { application, endsFile } = this.#options;
    await hearOurEvents(this.#connection, application);
    const [info, channels, bridges] = await Promise.all([
      this.#connection.ask('GET /asterisk/info', { query: { only: ['status'] } }),
      this.#connection.ask('GET /channels', {}),
      this.#connection.ask('GET /bridges', {}),
    ]);
    this.#exchangeStartedAt = new Date(info.status?.startup_time ?? 0);
    const known = { callers: new Set(this.#callers.keys()), legs: this.#legs.followed };
    // Callers whose arrival is among the queued events are new, not found.
    const arriving = new Set(this.#queued.map((event) => (event.type === 'StasisStart' ? event.channel.id : '')));
    const plan = reconcile(application, { channels, bridges }, known);

    const ends = endsFile === undefined ? new Map<string, ChannelEnd>() : await readChannelEnds(endsFile);
    for (const id of plan.goneCallers) {
      const end = ends.get(id);
      if (end !== undefined) this.#callers.get(id)?.hangingUp(end.cause, end.at);
      this.#callerGone(id);
    }
    for (const legId of plan.goneLegs) this.#legs.tell({ kind: 'ended', legId, cause: ends.get(legId)?.cause ?? 0 });
    for (const legId of plan.answeredLegs) this.#legs.tell({ kind: 'answered', legId });
    for (const channelId of plan.hangUp) await discard(this.#connection, channelId);
    for (const { bridgeId, callerId } of plan.destroyBridges) await removeBridge(this.#connection, bridgeId, callerId);
    await checkPlaybacks(this.#connection, this.#playbacks);
    await this.#recordings.check(this.#connection);
    const found = await Promise.all(
      plan.found.filter(({ channel }) => !arriving.has(channel.id)).map((caller) => this.#adopt(caller)),
    );

    this.#control.open();
    this.#options.metrics.connected.set(1);
    try {
      const noted = found.filter(({ note }) => note !== undefined).map(({ id }) => id);
      await this.#handlers?.reconciled(plan.present, ends, new Set(noted));
    } catch (error) {
      // The log is made whole at the next connection; callers cannot wait for it.
      this.#options.logger.error({ err: error }, 'calls that ended unseen could not be closed in the log');
    }
    // Placed just before a process died, they may be in no log.
    for (const leg of channels) if (isLeg(leg.id) && plan.hangUp.includes(leg.id)) this.#legs.reportPlaced(leg);
    for (const channel of found) this.#handle(channel, 'found');
    const queued = this.#queued;
    this.#queued = undefined;
    for (const event of queued) this.#on(event);
    this.#started.resolve();
    this.#options.connected?.();
  }

  async #adopt({ channel, talk, note, room }: FoundCaller): Promise<AsteriskChannel> {
    const caller = this.#newCaller(channel, { firstPlayback: await hush(this.#connection, channel.id), note });
    caller.room = room;
    this.#legs.own(caller.id, caller.id);
    if (talk === 'over') {
      const over = new AsteriskTalk('', '');
      over.end('agent');
      caller.setTalk(over);
    } else if (talk !== undefined) {
      this.#legs.own(talk.legId, caller.id);
      followTalk(caller, new AsteriskTalk(talk.extension, talk.legId), this.#ringSurroundings);
    }
    return caller;
  }

  #newCaller(channel: AriChannel, given: NewCaller = {}): AsteriskChannel {
    const { clock, logger, metrics, arrivalOf = (seeming) => seeming } = this.#options;
    let turn = given.firstPlayback ?? 0;
    const caller = new AsteriskChannel(channel, {
      control: this.#control,
      clock,
      logger,
      ...given,
      arrivalOf,
      recordings: this.#recordings,
      newPlaybackId: () => playbackId(channel.id, turn++),
      answered: (at) => this.#legs.report(channel.id, { kind: 'answered' }, at),
      ended: (cause, at) => this.#legs.report(channel.id, { kind: 'ended', cause }, at),
      follow: (playback) => {
        this.#playbacks.set(playback.id, playback);
        void playback.finished.then(() => this.#playbacks.delete(playback.id));
      },
    });
    this.#callers.set(caller.id, caller);
    metrics.channels.set(this.#callers.size);
    return caller;
  }

  #on(event: AriEvent): void {
    switch (event.type) {
      case 'StasisStart':
        if (isUpkeep(event.channel.id)) return;
        if (isSnoop(event.channel.id)) return this.#recordings.arrived(event.channel.id);
        if (isLeg(event.channel.id)) this.#legAnswered(event.channel.id, timeOf(event));
        else if (isClicked(event.channel.id)) this.#clickedAnswered(event.channel, timeOf(event));
        else if (!this.#callers.has(event.channel.id)) this.#handle(this.#newCaller(event.channel), 'incoming');
        return;
      case 'ChannelDtmfReceived':
        this.#keyed(event);
        return;
      case 'PlaybackFinished':
        this.#playbacks.get(event.playback.id)?.end(event.playback.state === 'failed' ? 'failed' : 'completed');
        return;
      case 'RecordingFinished':
      case 'RecordingFailed':
        this.#recordings.ended(event.recording.name);
        return;
      case 'Dial':
        // With PROGRESS (SIP's 183) the network itself says how the call goes on.
        if (event.dialstatus !== 'RINGING' && event.dialstatus !== 'PROGRESS') return;
        this.#legs.report(event.peer.id, { kind: 'ringing' }, timeOf(event));
        this.#legs.tell({ kind: 'ringing', legId: event.peer.id, early: event.dialstatus === 'PROGRESS' });
        return;
      case 'ChannelHold':
        this.#legs.report(event.channel.id, { kind: 'held' }, timeOf(event));
        return;
      case 'ChannelUnhold':
        this.#legs.report(event.channel.id, { kind: 'resumed' }, timeOf(event));
        return;
      case 'ChannelTransfer':
        transferRequest(event, this.#callers, this.#control, this.#options.logger, this.#handlers);
        return;
      case 'ChannelHangupRequest':
        // The end follows as StasisEnd, without a cause.
        this.#callers.get(event.channel.id)?.hangingUp(hangUpCause(event), timeOf(event));
        this.#joinedEnded(event.channel.id, hangUpCause(event), timeOf(event));
        return;
      case 'StasisEnd':
        this.#callerGone(event.channel.id, timeOf(event));
        this.#joinedEnded(event.channel.id, normalClearing, timeOf(event));
        return;
      case 'ChannelDestroyed':
        this.#legs.ended(event.channel.id, event.cause, timeOf(event));
        return;
      case 'ApplicationReplaced':
        // Fighting over calls would cost both of us theirs: health says that we have none, and a person decides.
        this.#options.logger.error(
          'another control plane has taken our calls over; stop one of the two and start again',
        );
        this.#closed();
        return;
    }
  }

  /** A leg whose ring is over answered in the same instant: its phone is released. */
  #legAnswered(legId: string, at: Date): void {
    this.#legs.report(legId, { kind: 'answered' }, at);
    if (this.#legs.isFollowed(legId)) this.#legs.tell({ kind: 'answered', legId });
    else this.#release(legId);
  }

  /** Of a phone that nobody waits for any more. Where Asterisk is lost in this instant, it is when we are connected again. */
  #release(channelId: string): void {
    discard(this.#connection, channelId).catch((error: unknown) => {
      this.#options.logger.warn({ err: error, channel: channelId }, 'a phone could not be released at once');
    });
  }

  /** Of a caller who has become another one's leg we do not hear that it is destroyed. */
  #joinedEnded(channelId: string, cause: number, at: Date): void {
    if (!isLeg(channelId) && this.#legs.isFollowed(channelId)) this.#legs.ended(channelId, cause, at);
  }

  /** The first phone that answers is who calls; of others that do in the same instant nobody knows any more. */
  #clickedAnswered(channel: AriChannel, at: Date): void {
    const clicked = this.#clicked.get(channel.id);
    if (clicked === undefined) return this.#release(channel.id);
    this.#legs.report(channel.id, { kind: 'answered' }, at);
    this.#legs.tell({ kind: 'answered', legId: channel.id });
    this.#handle(this.#newCaller(channel, { clicked }), 'incoming');
  }

  #keyed({ channel, digit, duration_ms: heldMs }: AriChannelDtmfReceived): void {
    if (!isDigit(digit)) return;
    this.#callers.get(channel.id)?.digits.push(digit);
    const at = this.#options.clock.now();
    const side = talkSide(channel, this.#callers);
    this.#handlers?.keyed?.({ callerId: this.#legs.ownerOf(channel.id), legId: channel.id, digit, at, heldMs, side });
  }

  #callerGone(id: string, at = this.#options.clock.now()): void {
    this.#recordings.left(id);
    const caller = this.#callers.get(id);
    if (caller === undefined) return;
    this.#callers.delete(id);
    this.#options.metrics.channels.set(this.#callers.size);
    caller.end(at);
  }

  /** A handler that fails never strands its caller (invariant 1). */
  #handle(channel: AsteriskChannel, kind: 'incoming' | 'found'): void {
    const handlers = this.#handlers;
    if (handlers === undefined) return;
    const { logger } = this.#options;
    void (async () => {
      try {
        await handlers[kind](channel);
      } catch (error) {
        if (channel.gone.aborted) return;
        logger.error({ err: error, channel: channel.id }, 'a call could not be handled and goes to the fallback');
        await channel.leave().catch((second: unknown) => {
          logger.error({ err: second, channel: channel.id }, 'a call could not be given to the fallback');
        });
      }
    })();
  }
}
