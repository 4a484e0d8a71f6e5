import type { LegChange } from '../port.ts';
import type { AriChannel } from './ari-types.generated.ts';
import { callerOfLeg, extensionOfChannel, isLeg } from './names.ts';
import type { LegEvent } from './ringing.ts';

/** What becomes of a leg that is there. */
type Change =
  | { readonly kind: 'ringing' | 'answered' | 'held' | 'resumed' }
  | { readonly kind: 'ended'; readonly cause: number };

/** Legs: who listens to what becomes of each, and whose call each is in. */
export class CallLegs {
  readonly #tellHouse: (change: LegChange) => void;
  readonly #listeners = new Map<string, Set<(event: LegEvent) => void>>();
  /** Whose call a channel is in, where its name does not say. */
  readonly #owners = new Map<string, string>();

  constructor(tellHouse: (change: LegChange) => void) {
    this.#tellHouse = tellHouse;
  }

  /** Tells the house what became of a caller's own leg, or of one that was placed for a caller. */
  report(legId: string, change: Change, at: Date): void {
    this.#tellHouse({ ...change, callerId: this.ownerOf(legId), legId, at });
  }

  /** Tells the house of a leg that it may not know of. */
  reportPlaced({ id: legId, name, creationtime }: AriChannel): void {
    const leg = { callerId: this.ownerOf(legId), legId, at: new Date(creationtime) };
    this.#tellHouse({ ...leg, kind: 'placed', number: extensionOfChannel(name) });
  }

  /** Tells of a leg's end whoever is to know. @param cause as in Q.850 */
  ended(legId: string, cause: number, at: Date): void {
    this.report(legId, { kind: 'ended', cause }, at);
    this.tell({ kind: 'ended', legId, cause });
  }

  /** Those that a ring or a talk follows. */
  get followed(): ReadonlySet<string> {
    return new Set(this.#listeners.keys());
  }

  isFollowed(legId: string): boolean {
    return this.#listeners.has(legId);
  }

  /** Makes events of a leg reach a listener; the answer ends that. */
  follow(legId: string, listener: (event: LegEvent) => void): () => void {
    const listeners = this.#listeners.get(legId) ?? new Set();
    this.#listeners.set(legId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(legId);
    };
  }

  tell(event: Extract<LegEvent, { legId: string }>): void {
    for (const listener of this.#listeners.get(event.legId) ?? []) listener(event);
    if (event.kind === 'ended') this.disown(event.legId);
  }

  /** The caller whose call a channel is in: itself, or the one it was placed for, who may have been placed for another. */
  ownerOf(channelId: string): string {
    const owner = this.#owners.get(channelId);
    if (owner !== undefined) return owner;
    return isLeg(channelId) ? this.ownerOf(callerOfLeg(channelId)) : channelId;
  }

  /** From now on a channel is in that caller's call. */
  own(channelId: string, callerId: string): void {
    this.#owners.set(channelId, callerId);
  }

  /** Its name says in whose call it is. */
  disown(channelId: string): void {
    this.#owners.delete(channelId);
  }
}
