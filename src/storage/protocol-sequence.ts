import { sql } from 'kysely';
import { formatProtocolNumber, type ProtocolNumber } from '../kernel/protocol-number.ts';
import type { Database } from './database.ts';

/**
 * Gives out the next protocol number of a day. Inside a transaction the number is taken only if it commits.
 * @param day the provider's calendar day, `YYYY-MM-DD`
 */
export async function nextProtocol(db: Database, tenantId: number, day: string): Promise<ProtocolNumber> {
  const { rows } = await sql<{ last: number }>`
    insert into protocol_sequence (tenant_id, day, last) values (${tenantId}, ${day}, 1)
    on conflict (tenant_id, day) do update set last = protocol_sequence.last + 1
    returning last`.execute(db);
  return formatProtocolNumber(day, rows[0]?.last ?? 0);
}
