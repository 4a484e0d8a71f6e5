import type { Clock } from '../kernel/clock.ts';
import type { Database } from '../storage/database.ts';

/** An application server's key pair for Web Push (RFC 8292), each half base64url. */
export interface PushKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** The key pair of each tenant, made when it is first needed and kept: subscriptions are bound to it. */
export function createPushKeys(db: Database, clock: Clock): (tenantId: number) => Promise<PushKeys> {
  const known = new Map<number, PushKeys>();

  async function stored(tenantId: number): Promise<PushKeys | undefined> {
    const row = await db
      .selectFrom('push_key')
      .select(['public_key', 'private_key'])
      .where('tenant_id', '=', tenantId)
      .executeTakeFirst();
    return row && { publicKey: row.public_key, privateKey: row.private_key };
  }

  async function make(tenantId: number): Promise<PushKeys> {
    const { default: webPush } = await import('web-push');
    const { publicKey, privateKey } = webPush.generateVAPIDKeys();
    // Another control plane may have been quicker: the first one stays.
    await db
      .insertInto('push_key')
      .values({ tenant_id: tenantId, public_key: publicKey, private_key: privateKey, created_at: clock.now() })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const keys = await stored(tenantId);
    if (keys === undefined) throw new Error('There is no key right after one was made.');
    return keys;
  }

  return async (tenantId) => {
    const keys = known.get(tenantId) ?? (await stored(tenantId)) ?? (await make(tenantId));
    known.set(tenantId, keys);
    return keys;
  };
}
