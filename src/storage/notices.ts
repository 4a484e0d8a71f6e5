import pg from 'pg';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';

export interface Notices {
  close(): Promise<void>;
}

const retryPauseMs = 1_000;

/**
 * Listens on a channel of PostgreSQL (`NOTIFY`) over a connection of its own, which is made again when it is lost.
 * @param heard told of each notice, with its text, and after each connection, without one: notices may have been missed
 * before it. Must not reject
 */
export function listenTo(
  url: string,
  channel: string,
  heard: (text?: string) => void,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Notices {
  const closing = new AbortController();
  let client: pg.Client | undefined;

  async function connect(): Promise<void> {
    const next = new pg.Client({ connectionString: url, keepAlive: true, application_name: 'uirapuru notices' });
    client = next;
    const lost = new Promise<void>((resolve) => {
      next.on('error', () => resolve());
      next.on('end', () => resolve());
    });
    next.on('notification', ({ payload }) => heard(payload));
    await next.connect();
    await next.query(`listen ${next.escapeIdentifier(channel)}`);
    heard();
    await lost;
  }

  async function keepConnected(): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        await connect();
      } catch (error) {
        if (!closing.signal.aborted) logger.warn({ err: error, channel }, 'changes are not heard of: no database');
      }
      await client?.end().catch(() => undefined);
      await clock.sleep(retryPauseMs, closing.signal).catch(() => undefined);
    }
  }

  const done = keepConnected();
  return {
    async close() {
      closing.abort();
      await client?.end().catch(() => undefined);
      await done;
    },
  };
}
