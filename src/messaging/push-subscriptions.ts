import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Database } from '../storage/database.ts';
import { mayBePublic } from './public-host.ts';
import type { PushSubscription } from './schemas.ts';

/** Where a subscriber takes push messages: one of our subscriptions, and the push service that it leads to. */
export interface PushAddress {
  readonly subscription: number;
  /** The host of the push service: `fcm.googleapis.com`. */
  readonly service: string;
}

/** The browsers and apps that subscribers are registered with. Everything is the tenant's own. */
export interface PushSubscriptions {
  /**
   * Registers a browser or app, once for each endpoint; the latest twenty of a subscriber are kept. One that was another
   * subscriber's is that one's no more.
   * @throws AppError `bad_request` when the endpoint leads into a private network, `not_found` for an unknown subscriber
   */
  register(tenantId: number, subscriberId: number, subscription: PushSubscription): Promise<void>;
  /** False: the subscriber has no such one. */
  forget(tenantId: number, subscriberId: number, endpoint: string): Promise<boolean>;
  /** Those that have not ended, the latest first. */
  of(tenantId: number, subscriberId: number): Promise<readonly PushAddress[]>;
  /** Undefined when it was forgotten. */
  find(tenantId: number, id: number): Promise<PushSubscription | undefined>;
  /** The push service says that it has ended. */
  ended(tenantId: number, id: number): Promise<void>;
}

const mostOfOne = 20;

interface Parts {
  readonly db: Database;
  readonly clock: Clock;
  /** Whether a push service may be in a private network. */
  readonly privateServices: boolean;
}

export function createPushSubscriptions({ db, clock, privateServices }: Parts): PushSubscriptions {
  const rowsOf = (tenantId: number) => db.selectFrom('push_subscription').where('tenant_id', '=', tenantId);
  const deleteOf = (tenantId: number, transaction: Database = db) =>
    transaction.deleteFrom('push_subscription').where('tenant_id', '=', tenantId);

  return {
    register: async (tenantId, subscriberId, { endpoint, expirationTime, keys }) => {
      if (!privateServices && !mayBePublic(new URL(endpoint))) {
        throw new AppError('bad_request', 'The endpoint must be at a public push service, not in a private network.');
      }
      const state = {
        subscriber_id: subscriberId,
        ...keys,
        registered_at: clock.now(),
        expires_at: expirationTime === null ? null : new Date(expirationTime),
      };
      await db.transaction().execute(async (transaction) => {
        await assertSubscriber(transaction, tenantId, subscriberId);
        // Anew, so that what waits for the one who used this browser before does not come to the one who uses it now.
        await deleteOf(tenantId, transaction)
          .where('endpoint', '=', endpoint)
          .where('subscriber_id', '<>', subscriberId)
          .execute();
        await transaction
          .insertInto('push_subscription')
          .values({ tenant_id: tenantId, endpoint, ...state })
          .onConflict((conflict) => conflict.columns(['tenant_id', 'endpoint']).doUpdateSet(state))
          .execute();
        const latest = transaction
          .selectFrom('push_subscription')
          .select('id')
          .where('tenant_id', '=', tenantId)
          .where('subscriber_id', '=', subscriberId)
          .orderBy('registered_at', 'desc')
          .orderBy('id', 'desc')
          .limit(mostOfOne);
        await deleteOf(tenantId, transaction)
          .where('subscriber_id', '=', subscriberId)
          .where('id', 'not in', latest)
          .execute();
      });
    },
    forget: async (tenantId, subscriberId, endpoint) => {
      const { numDeletedRows } = await deleteOf(tenantId)
        .where('subscriber_id', '=', subscriberId)
        .where('endpoint', '=', endpoint)
        .executeTakeFirst();
      return numDeletedRows === 1n;
    },
    of: async (tenantId, subscriberId) => {
      const rows = await rowsOf(tenantId)
        .select(['id', 'endpoint'])
        .where('subscriber_id', '=', subscriberId)
        .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', clock.now())]))
        .orderBy('registered_at', 'desc')
        .orderBy('id', 'desc')
        .execute();
      return rows.map((row) => ({ subscription: row.id, service: new URL(row.endpoint).host }));
    },
    find: async (tenantId, id) => {
      const row = await rowsOf(tenantId)
        .select(['endpoint', 'p256dh', 'auth', 'expires_at'])
        .where('id', '=', id)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const { endpoint, p256dh, auth, expires_at } = row;
      return { endpoint, expirationTime: expires_at?.getTime() ?? null, keys: { p256dh, auth } };
    },
    ended: async (tenantId, id) => {
      await deleteOf(tenantId).where('id', '=', id).execute();
    },
  };
}

/** @throws AppError `not_found` */
async function assertSubscriber(db: Database, tenantId: number, id: number): Promise<void> {
  const query = db.selectFrom('subscriber').select('id').where('tenant_id', '=', tenantId).where('id', '=', id);
  if ((await query.executeTakeFirst()) === undefined) throw new AppError('not_found', 'There is no such subscriber.');
}
