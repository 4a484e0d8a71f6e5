import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { type Digit, DigitBuffer } from './digit-buffer.ts';
import type {
  CallHandlers,
  Channel,
  DialRequest,
  DialResult,
  HangUp,
  OriginateRequest,
  Playback,
  RecordRequest,
  RingRequest,
  RingResult,
  Talk,
  Telephony,
} from './port.ts';

/** How a fake call looks before anything happens in it. */
export interface FakeCall {
  readonly id?: string;
  readonly tenantId?: number;
  readonly callerNumber?: string;
  readonly dialled?: string;
  /** How long media plays; 0 when left out. */
  readonly playMs?: (media: readonly string[]) => number;
  /** How long the caller speaks when what is said is recorded; 0 when left out. */
  readonly speakMs?: number;
  /** Told of everything played, as it begins. A person who hears may press keys at once. */
  readonly onPlay?: (media: readonly string[], channel: FakeChannel) => void;
}

/** A caller's leg in memory. What happens to it is kept, so that a test can look. */
export class FakeChannel implements Channel {
  readonly id: string;
  readonly callerNumber: string;
  readonly callerName = '';
  readonly dialled: string;
  readonly tenantId: number | undefined;
  readonly trunkId = undefined;
  readonly passThrough = false;
  readonly startedAt: Date;
  openedOn?: string;
  readonly digits = new DigitBuffer();
  note: undefined;
  talk: Talk | undefined;
  /** Media lists in the order they were begun. */
  readonly played: (readonly string[])[] = [];
  /** Names of what was recorded. */
  readonly recorded: string[] = [];
  answered = false;
  music = false;
  left = false;
  /** Every operation rejects with it, as while the exchange cannot be reached. */
  broken: AppError | undefined;
  readonly #gone = new AbortController();
  readonly #clock: Clock;
  readonly #call: FakeCall;

  constructor(clock: Clock, call: FakeCall = {}) {
    this.id = call.id ?? 'fake-channel';
    this.tenantId = call.tenantId;
    this.callerNumber = call.callerNumber ?? '';
    this.dialled = call.dialled ?? '2222';
    this.startedAt = clock.now();
    this.#clock = clock;
    this.#call = call;
  }

  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** The time on the exchange's clock. */
  now(): Date {
    return this.#clock.now();
  }

  /** The caller presses keys. */
  press(keys: string): void {
    for (const key of keys) this.digits.push(key as Digit);
  }

  /** The leg ends. */
  end(by: HangUp['by'], cause = 16): void {
    const hangUp: HangUp = { cause, at: this.#clock.now(), by };
    this.#gone.abort(hangUp);
  }

  async answer(): Promise<void> {
    this.#require();
    this.answered = true;
  }

  play(media: readonly string[]): Playback {
    if (this.gone.aborted || this.left) return { finished: Promise.resolve('stopped'), stop: async () => {} };
    if (this.broken !== undefined) return { finished: Promise.resolve('failed'), stop: async () => {} };
    this.played.push(media);
    this.#call.onPlay?.(media, this);
    const stop = new AbortController();
    const over = AbortSignal.any([stop.signal, this.gone]);
    const finished = this.#clock.sleep(this.#call.playMs?.(media) ?? 0, over).then(
      () => 'completed' as const,
      () => 'stopped' as const,
    );
    return {
      finished,
      stop: async () => {
        stop.abort();
        await finished;
      },
    };
  }

  async record({ name, maxSeconds }: RecordRequest): Promise<void> {
    this.#require();
    this.recorded.push(name);
    const speakMs = Math.min(this.#call.speakMs ?? 0, maxSeconds * 1000);
    await this.#clock.sleep(speakMs, this.gone).catch(() => undefined);
  }

  async startMusic(): Promise<void> {
    this.#require();
    this.music = true;
  }

  async stopMusic(): Promise<void> {
    this.#require();
    this.music = false;
  }

  async hangUp(cause?: number): Promise<void> {
    this.#require();
    this.end('us', cause);
  }

  async leave(): Promise<void> {
    this.#require();
    this.left = true;
  }

  #require(): void {
    if (this.gone.aborted || this.left) throw new AppError('channel_gone', 'The call is over.');
    if (this.broken !== undefined) throw this.broken;
  }
}

/** How the phones of a fake exchange behave; each `ring` takes the next, the last one stays. */
export type FakeRing = (caller: FakeChannel, request: RingRequest) => Promise<RingResult>;

/** What becomes of a call over a trunk. */
export type FakeDial = (caller: FakeChannel, request: DialRequest) => Promise<DialResult>;

/** A telephone exchange in memory, for unit tests and the terminal simulator. */
export class FakeTelephony implements Telephony {
  readonly rings: RingRequest[] = [];
  /** Extensions that have a phone, and its clock. */
  readonly phones = new Map<string, Clock>();
  phonesAnswer = true;
  connected = false;
  #handlers: CallHandlers | undefined;
  readonly #channels = new Map<string, FakeChannel>();
  readonly dials: DialRequest[] = [];
  readonly #ring: FakeRing;
  readonly #dial: FakeDial;

  constructor(
    ring: FakeRing = async () => ({ kind: 'no_answer' }),
    dial: FakeDial = async () => ({ kind: 'no_answer' }),
  ) {
    this.#ring = ring;
    this.#dial = dial;
  }

  async start(handlers: CallHandlers): Promise<void> {
    this.#handlers = handlers;
    this.connected = true;
  }

  async stop(): Promise<void> {
    this.connected = false;
  }

  /** Its one phone answers at once, where there is one. */
  async originate({ tenantId, extension, dialled, begun, unanswered }: OriginateRequest): Promise<boolean> {
    const phone = this.phones.get(extension);
    if (phone === undefined) return false;
    const channel = new FakeChannel(phone, {
      id: `clicked-${extension}`,
      tenantId,
      callerNumber: extension,
      dialled,
    });
    channel.openedOn = channel.id;
    begun(channel.id);
    if (this.phonesAnswer) await this.call(channel);
    else unanswered();
    return true;
  }

  /** Nobody is in a talk that could be heard. */
  async watch(): Promise<boolean> {
    return false;
  }

  async hangUp(channelId: string): Promise<boolean> {
    const channel = this.#channels.get(channelId);
    if (channel === undefined || channel.gone.aborted) return false;
    await channel.hangUp();
    return true;
  }

  /** A call comes in; resolves when its handler is done. */
  async call(channel: FakeChannel): Promise<void> {
    this.#channels.set(channel.id, channel);
    await this.#handlers?.incoming(channel);
  }

  async ring(caller: Channel, request: RingRequest): Promise<RingResult> {
    this.rings.push(request);
    return this.#ring(caller as FakeChannel, request);
  }

  async dial(caller: Channel, request: DialRequest): Promise<DialResult> {
    this.dials.push(request);
    return this.#dial(caller as FakeChannel, request);
  }
}

/** A phone that answers at once, and hangs up when `ended` resolves. */
export function answeredBy(extension: string, ended: Promise<'agent' | 'caller'>): FakeRing {
  return async (caller, request) => {
    request.onPhone?.({ extension, state: 'ringing' });
    const talk: Talk = { extension, ended };
    caller.talk = talk;
    void ended.then(() => (caller.talk = undefined));
    return { kind: 'answered', extension, talk };
  };
}
