import type { AriConnection } from './ari-connection.ts';
import { isGone } from './call-control.ts';

/** Recordings that are under way, each with who waits for its end, and channels that are made to be recorded. */
export class OpenRecordings {
  readonly #open = new Map<string, { readonly channelId: string; readonly end: () => void }>();
  /** Who waits for a channel to come into our application. */
  readonly #expected = new Map<string, () => void>();

  /** @returns resolves when it is over */
  follow(name: string, channelId: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = this.#open.get(name);
    const end = (): void => {
      before?.end();
      resolve();
    };
    this.#open.set(name, { channelId, end });
    return promise;
  }

  /** Asterisk says that it is over, or it never began. */
  ended(name: string): void {
    this.#open.get(name)?.end();
    this.#open.delete(name);
  }

  /** With a channel end its recordings, also one that Asterisk did not come to. */
  left(channelId: string): void {
    for (const [name, recording] of this.#open) if (recording.channelId === channelId) this.ended(name);
  }

  /** @returns resolves when this channel comes, which must not have been asked for yet */
  arrivalOf(channelId: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#expected.set(channelId, resolve);
    return promise;
  }

  /** A channel came, or nobody waits for it any more. */
  arrived(channelId: string): void {
    this.#expected.get(channelId)?.();
    this.#expected.delete(channelId);
  }

  /** Looks for those whose end was told while nobody listened. */
  async check(connection: AriConnection): Promise<void> {
    for (const recordingName of this.#open.keys()) {
      try {
        await connection.ask('GET /recordings/live/{recordingName}', { path: { recordingName } });
      } catch (error) {
        if (!isGone(error)) throw error;
        this.ended(recordingName);
      }
    }
  }
}
