import type { Database } from '../storage/database.ts';
import type { LiveEvent } from './schemas.ts';

export { dropLiveEvents, recordLive, tellingStatement } from './event-log.ts';
export { createLiveFeed } from './feed.ts';
export { alarmTopic } from './schemas.ts';

/** An event that has no number yet. */
export type NewLiveEvent = Pick<LiveEvent, 'topic' | 'type' | 'data'>;

export interface Subscription {
  readonly tenantId: number;
  readonly topics: ReadonlySet<string>;
  /** The number of the last event that was heard; undefined: from now on. */
  readonly after: number | undefined;
  /** How everything that the topics tell of stands, read in the transaction given. */
  readonly snapshot: (db: Database) => Promise<Record<string, unknown>>;
  /** Told each event once, in order, beginning with a snapshot or that the stream goes on. */
  readonly deliver: (event: LiveEvent) => void;
}

/** Tells this process's listeners what happens, whichever process of the installation recorded it. */
export interface LiveFeed {
  /** Begins to hear, after losses of the database too. */
  start(): void;
  stop(): Promise<void>;
  /**
   * Rejects when the database does not answer.
   * @returns ends the subscription
   */
  subscribe(subscription: Subscription): Promise<() => void>;
}
