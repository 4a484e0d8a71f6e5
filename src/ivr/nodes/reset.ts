import { z } from 'zod';
import { nodeKind } from '../node-kind.ts';

/** Drops the contract's session, or forgets its modem's hardware address too, so that the modem dials in again. */
export const reset = nodeKind({
  type: 'reset',
  params: z.strictObject({ what: z.enum(['session', 'mac']) }),
  facts: () => ({ exits: ['done', 'refused', 'nothing_to_do', 'unavailable'] }),
  async run(context, { what }) {
    const { erp } = context.call.tenant;
    const outcome = await context.act<Awaited<ReturnType<typeof erp.resetSession>>>(({ contractId }) =>
      what === 'mac' ? erp.resetMac(contractId) : erp.resetSession(contractId),
    );
    if (outcome.kind === 'nothing_to_do' && outcome.reason === 'not_found') {
      throw new Error('the ERP does not know the contract any more');
    }
    return outcome.kind;
  },
});
