import { z } from 'zod';
import { done, unavailable } from '../../kernel/outcome.ts';
import { normalizePhone } from '../../kernel/phone-number.ts';
import { numberToCallBack } from '../caller-number.ts';
import type { NodeContext } from '../node-context.ts';
import { nodeKind } from '../node-kind.ts';
import { keepProtocol } from '../protocol.ts';
import { identifier } from '../schemas.ts';
import { plainValue } from '../slots.ts';

/**
 * Records that the caller wants to be called back. `done` only once it is stored. Who waits in a queue keeps the place there,
 * and is called when it is its turn.
 */
export const callbackRequest = nodeKind({
  type: 'callback_request',
  params: z.strictObject({
    /** The variable that holds the number to call; the number the call comes from when left out. */
    number: identifier.optional(),
  }),
  facts: () => ({
    exits: ['done', 'no_number', 'unavailable'],
    provides: ['protocol', 'protocol_words'],
  }),
  async run(context, { number: variable }) {
    const number = numberOf(context, variable);
    if (number === undefined) return 'no_number';
    const { id, tenant, session, parts } = context.call;
    const { subscriberId, contractId } = session;
    const stored = await context.ask(async () => {
      try {
        const request = { tenantId: tenant.id, callId: id, number, subscriberId, contractId };
        const protocol = await parts.callbacks.record(request);
        context.note({ protocol });
        tenant.queues?.keepPlace(id, number);
        return done(protocol);
      } catch (error) {
        parts.logger.error({ err: error, callId: id }, 'a callback request could not be stored');
        return unavailable('down');
      }
    });
    if (stored.kind !== 'done') return 'unavailable';
    keepProtocol(context, stored.value);
    return 'done';
  },
});

function numberOf(context: NodeContext, variable: string | undefined): string | undefined {
  if (variable !== undefined) return normalizePhone(plainValue(context.slot(variable)) ?? '');
  return numberToCallBack(context.call.channel.callerNumber);
}
