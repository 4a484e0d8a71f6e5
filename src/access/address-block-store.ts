import type { Database } from '../storage/database.ts';
import type { AddressBlock } from './schemas.ts';

const forgottenAfterDays = 7;
const dayMs = 86_400_000;

/** All blocks that go on, and those that are over but not forgotten; the oldest first. */
export async function readBlocks(db: Database, now: Date): Promise<AddressBlock[]> {
  const since = new Date(now.getTime() - forgottenAfterDays * dayMs);
  const rows = await db
    .selectFrom('address_block')
    .selectAll()
    .where('until', '>', since)
    .orderBy('blocked_at')
    .execute();
  return rows.map((row) => ({
    address: row.network,
    blockedAt: row.blocked_at.toISOString(),
    until: row.until.toISOString(),
    times: row.times,
    reason: row.reason as AddressBlock['reason'],
  }));
}

/** Stores a block in the place of the one before, and forgets those of long ago. */
export async function writeBlock(db: Database, block: AddressBlock): Promise<void> {
  const { address: network, blockedAt, until, times, reason } = block;
  const columns = { blocked_at: blockedAt, until, times, reason };
  await db
    .insertInto('address_block')
    .values({ network, ...columns })
    .onConflict((conflict) => conflict.column('network').doUpdateSet(columns))
    .execute();
  const before = new Date(Date.parse(blockedAt) - forgottenAfterDays * dayMs);
  await db.deleteFrom('address_block').where('until', '<', before).execute();
}

/** @returns false when there is none */
export async function removeBlock(db: Database, network: string): Promise<boolean> {
  const removed = await db.deleteFrom('address_block').where('network', '=', network).executeTakeFirst();
  return removed.numDeletedRows > 0n;
}
