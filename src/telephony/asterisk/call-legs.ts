import { callerOfLeg, isLeg } from './names.ts';
import type { LegEvent } from './ringing.ts';

/** Legs: who listens to what becomes of each, and whose call each is in. */
export class CallLegs {
  readonly #listeners = new Map<string, Set<(event: LegEvent) => void>>();
  /** Whose call a channel is in, where its name does not say. */
  readonly #owners = new Map<string, string>();

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
    if (event.kind === 'ended') this.#owners.delete(event.legId);
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
}
