import { z } from 'zod';
import { nodeKind } from '../node-kind.ts';
import { keepProtocol } from '../protocol.ts';

/** Asks for the trust unlock of the contract. `done` only after the ERP confirmed it. */
export const unlock = nodeKind({
  type: 'unlock',
  params: z.strictObject({}),
  facts: () => ({
    exits: ['done', 'refused', 'already_used', 'nothing_to_do', 'cancelled', 'unavailable'],
    provides: ['unlock_days', 'unlock_until', 'protocol', 'protocol_words'],
  }),
  async run(context) {
    const { erp } = context.call.tenant;
    const outcome = await context.act((request) => erp.trustUnlock(request));
    switch (outcome.kind) {
      case 'done': {
        const { days, until, protocol } = outcome.value;
        const { session } = context;
        session.set('unlock_days', { count: days, of: 'day' });
        session.set('unlock_until', { date: until });
        session.updateContract({ status: 'active', suspendedFor: undefined });
        keepProtocol(context, protocol);
        return 'done';
      }
      case 'refused':
        return outcome.reason === 'already_used' ? 'already_used' : 'refused';
      case 'nothing_to_do':
        if (outcome.reason === 'not_found') throw new Error('the ERP does not know the contract any more');
        return outcome.reason === 'cancelled' ? 'cancelled' : 'nothing_to_do';
      case 'unavailable':
      default:
        return 'unavailable';
    }
  },
});
