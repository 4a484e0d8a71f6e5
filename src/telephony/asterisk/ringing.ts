/** How a group of phones rings: pure, one event at a time. */

export type LegEvent =
  /** `early`: with sound of the called side's own, before it answers. */
  | { readonly kind: 'ringing'; readonly legId: string; readonly early?: boolean }
  | { readonly kind: 'answered'; readonly legId: string }
  /** `cause` as in Q.850. */
  | { readonly kind: 'ended'; readonly legId: string; readonly cause: number }
  /** A phone that was not called takes the call. */
  | { readonly kind: 'picked_up'; readonly legId: string; readonly extension: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'caller_gone' };

type LegState = 'calling' | 'ringing' | 'lost';

export type RingOutcome =
  | { readonly kind: 'answered'; readonly legId: string; readonly extension: string }
  | { readonly kind: 'no_answer' | 'busy' | 'unreachable' | 'caller_gone' };

/** What a listener hears of one phone, which may be several registered devices. */
export interface PhoneEvent {
  readonly extension: string;
  readonly state: 'ringing' | 'lost';
}

/** Q.850: the phone rang, and nobody answered. */
const noAnswerCauses = new Set([18, 19]);

/** Q.850: the phone is in use, or its owner does not want the call. */
const refusalCauses = new Set([17, 21]);

/** The phones of one ring, until its outcome is known; the first outcome stays. */
export class Ringing {
  readonly #legs = new Map<string, { readonly extension: string; state: LegState }>();
  readonly #shown = new Map<string, PhoneEvent['state']>();
  #someoneLetItRing = false;
  #someoneRefused = false;
  #hasRung = false;
  #lastCause: number | undefined;
  #outcome: RingOutcome | undefined;

  /** @param legs leg id and extension of every device that is called */
  constructor(legs: Iterable<readonly [legId: string, extension: string]>) {
    for (const [legId, extension] of legs) this.#legs.set(legId, { extension, state: 'calling' });
  }

  get outcome(): RingOutcome | undefined {
    return this.#outcome;
  }

  /** Whether a phone was heard of. */
  get hasRung(): boolean {
    return this.#hasRung;
  }

  /** Of the leg that ended last by itself (Q.850). */
  get lastCause(): number | undefined {
    return this.#lastCause;
  }

  /** Legs that ring or may begin to, except the one that answered. */
  get open(): string[] {
    const winner = this.#outcome?.kind === 'answered' ? this.#outcome.legId : undefined;
    return [...this.#legs].filter(([id, leg]) => leg.state !== 'lost' && id !== winner).map(([id]) => id);
  }

  /** Whether this extension is called, its phone may be about to ring, and nobody has taken the call. */
  ringsAt(extension: string): boolean {
    const isCalled = [...this.#legs.values()].some((leg) => leg.extension === extension && leg.state !== 'lost');
    return this.#outcome === undefined && isCalled;
  }

  /** Takes one event in, and says what listeners hear of it. */
  on(event: LegEvent): PhoneEvent[] {
    if (this.#outcome !== undefined) return [];
    if (event.kind === 'timeout' || event.kind === 'caller_gone') {
      this.#outcome = { kind: event.kind === 'timeout' ? 'no_answer' : 'caller_gone' };
      return this.#lose(new Set(this.#extensions()));
    }
    if (event.kind === 'picked_up') {
      this.#outcome = { kind: 'answered', legId: event.legId, extension: event.extension };
      const lost = this.#lose(new Set(this.#extensions().filter((extension) => extension !== event.extension)));
      return [...lost, ...this.#show(event.extension, 'ringing')];
    }
    const leg = this.#legs.get(event.legId);
    if (leg === undefined || leg.state === 'lost') return [];
    if (event.kind === 'ringing') {
      leg.state = 'ringing';
      this.#hasRung = true;
      return this.#show(leg.extension, 'ringing');
    }
    if (event.kind === 'answered') {
      this.#outcome = { kind: 'answered', legId: event.legId, extension: leg.extension };
      return this.#lose(new Set(this.#extensions().filter((extension) => extension !== leg.extension)));
    }
    this.#lastCause = event.cause;
    if (noAnswerCauses.has(event.cause)) this.#someoneLetItRing = true;
    if (refusalCauses.has(event.cause)) this.#someoneRefused = true;
    leg.state = 'lost';
    return this.#ended(leg.extension);
  }

  #ended(extension: string): PhoneEvent[] {
    if (this.open.length === 0) this.#outcome = { kind: this.#untaken() };
    const more = [...this.#legs.values()].some((leg) => leg.extension === extension && leg.state !== 'lost');
    return more ? [] : this.#lose(new Set([extension]));
  }

  /** Why nobody took the call, now that every device has ended. */
  #untaken(): 'no_answer' | 'busy' | 'unreachable' {
    if (this.#someoneLetItRing) return 'no_answer';
    return this.#someoneRefused ? 'busy' : 'unreachable';
  }

  #extensions(): string[] {
    return [...new Set([...this.#legs.values()].map((leg) => leg.extension))];
  }

  /** A phone that never rang is not lost. */
  #lose(extensions: ReadonlySet<string>): PhoneEvent[] {
    return [...extensions]
      .filter((extension) => this.#shown.get(extension) === 'ringing')
      .flatMap((extension) => this.#show(extension, 'lost'));
  }

  #show(extension: string, state: PhoneEvent['state']): PhoneEvent[] {
    if (this.#shown.get(extension) === state) return [];
    this.#shown.set(extension, state);
    return [{ extension, state }];
  }
}
