import type { AsteriskChannel } from './asterisk-channel.ts';
import { canBeJoined } from './codecs.ts';
import type { LegEvent, Ringing } from './ringing.ts';

/** Phones that ring for a caller. */
export interface OpenRing {
  readonly caller: AsteriskChannel;
  readonly ringing: Ringing;
  /** Lets something happen in it. */
  readonly happened: (event: LegEvent) => void;
}

/** The rings that nobody has taken yet, the longest first. */
export class OpenRings {
  readonly #rings = new Set<OpenRing>();

  /** @returns what takes it out again */
  add(ring: OpenRing): () => void {
    this.#rings.add(ring);
    return () => void this.#rings.delete(ring);
  }

  /** The longest that rings at one of these extensions of the picker's tenant, and whose caller can talk to the picker. */
  longestAt(extensions: readonly string[], picker: AsteriskChannel): OpenRing | undefined {
    return [...this.#rings].find(
      ({ caller, ringing }) =>
        caller.tenantId === picker.tenantId &&
        !caller.gone.aborted &&
        canBeJoined(caller.codec, picker.codec) &&
        extensions.some((extension) => ringing.ringsAt(extension)),
    );
  }
}
