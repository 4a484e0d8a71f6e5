import type { AriConnection } from './ari-connection.ts';
import { isGone } from './call-control.ts';

/** Recordings of callers that are under way, each with who waits for its end. */
export class OpenRecordings {
  readonly #open = new Map<string, { readonly channelId: string; readonly end: () => void }>();

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
