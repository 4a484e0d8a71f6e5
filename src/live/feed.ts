import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Database } from '../storage/database.ts';
import { listenTo, type Notices } from '../storage/notices.ts';
import { liveChannel, readCounter, readEvents } from './event-log.ts';
import { type LiveEvent, resumedType, snapshotType } from './schemas.ts';
import type { LiveFeed, Subscription } from './service.ts';
import { TenantFeed } from './tenant-feed.ts';

interface Parts {
  readonly db: Database;
  /** Of the same database, for the connection that listens. */
  readonly databaseUrl: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Who missed more begins anew with how everything stands. */
const mostMissed = 1_000;
/** So often it is looked for events whose notice was lost, as by a connection that died without a word. */
const lookEveryMs = 5_000;

/** The feed of one process over PostgreSQL's notices, with the table of events behind them. */
export function createLiveFeed({ db, databaseUrl, clock, logger }: Parts): LiveFeed {
  const feeds = new Map<number, TenantFeed>();
  let notices: Notices | undefined;
  const stopped = new AbortController();

  function wakeAll(): void {
    for (const feed of feeds.values()) feed.wake();
  }

  function wake(tenant: string | undefined): void {
    if (tenant === undefined) wakeAll();
    else feeds.get(Number(tenant))?.wake();
  }

  async function lookNowAndThen(): Promise<void> {
    while (!stopped.signal.aborted) {
      await clock.sleep(lookEveryMs, stopped.signal).catch(() => undefined);
      wakeAll();
    }
  }

  function feedOf(tenantId: number): TenantFeed {
    const known = feeds.get(tenantId);
    if (known !== undefined) return known;
    const feed = new TenantFeed({
      last: async () => (await readCounter(db, tenantId)).last,
      after: (id, limit) => readEvents(db, tenantId, id, { limit }),
      failed: (error) => logger.warn({ err: error, tenantId }, 'live events cannot be read; they follow later'),
    });
    feeds.set(tenantId, feed);
    return feed;
  }

  /** What a connection begins with, as of one instant. */
  function beginning({ tenantId, topics, after, snapshot }: Subscription): Promise<LiveEvent[]> {
    return db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (transaction) => {
        const { last, dropped } = await readCounter(transaction, tenantId);
        const [topic = ''] = topics;
        const head = { at: clock.now().toISOString(), topic };
        if (after !== undefined && after >= dropped && after <= last) {
          const missed = await readEvents(transaction, tenantId, after, { limit: mostMissed + 1, topics });
          if (missed.length <= mostMissed) return [{ ...head, id: after, type: resumedType, data: {} }, ...missed];
        }
        return [{ ...head, id: last, type: snapshotType, data: await snapshot(transaction) }];
      });
  }

  return {
    start() {
      notices = listenTo(databaseUrl, liveChannel, wake, { clock, logger });
      void lookNowAndThen();
    },
    async stop() {
      stopped.abort();
      await notices?.close();
    },
    async subscribe(subscription) {
      const feed = feedOf(subscription.tenantId);
      return feed.join(subscription, () => beginning(subscription));
    },
  };
}
