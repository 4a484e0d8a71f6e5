import { type Clock, localDate } from '../kernel/clock.ts';
import type { Database } from '../storage/database.ts';
import { nextProtocol } from '../storage/protocol-sequence.ts';
import type { CallbackRequests, CallLog } from './service.ts';

/** Callback requests over PostgreSQL. */
export function createCallbackRequests(parts: { db: Database; log: CallLog; clock: Clock; timeZone: string }) {
  const { db, log, clock, timeZone } = parts;
  return {
    async record(request) {
      await log.flush();
      return db.transaction().execute(async (trx) => {
        const now = clock.now();
        await trx
          .selectFrom('call')
          .select('id')
          .where('tenant_id', '=', request.tenantId)
          .where('id', '=', request.callId)
          .forUpdate()
          .execute();
        const known = await trx
          .selectFrom('callback_request')
          .select('protocol')
          .where('tenant_id', '=', request.tenantId)
          .where('call_id', '=', request.callId)
          .executeTakeFirst();
        if (known !== undefined) return known.protocol;
        const protocol = await nextProtocol(trx, request.tenantId, localDate(now, timeZone));
        await trx
          .insertInto('callback_request')
          .values({
            tenant_id: request.tenantId,
            call_id: request.callId,
            protocol,
            number: request.number,
            subscriber_id: request.subscriberId ?? null,
            contract_id: request.contractId ?? null,
            requested_at: now,
          })
          .execute();
        return protocol;
      });
    },
  } satisfies CallbackRequests;
}
