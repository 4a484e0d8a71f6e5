import { z } from 'zod';
import type { Unlocked } from '../../erp/port.ts';
import { nodeKind } from '../node-kind.ts';
import { keepProtocol } from '../protocol.ts';
import type { Session } from '../session.ts';
import type { Utterance } from '../speech/utterance.ts';

/**
 * Asks for the trust unlock of the contract. `done` only after the ERP confirmed it. `{unlock_words}` says for how long,
 * and `{pay_by_words}` until when to pay, as far as the ERP told: `unlock_days` and `unlock_until` are not there otherwise.
 */
export const unlock = nodeKind({
  type: 'unlock',
  params: z.strictObject({}),
  facts: () => ({
    exits: ['done', 'refused', 'already_used', 'nothing_to_do', 'cancelled', 'unavailable'],
    provides: ['unlock_words', 'pay_by_words', 'unlock_days', 'unlock_until', 'protocol', 'protocol_words'],
  }),
  async run(context) {
    const { erp } = context.call.tenant;
    const outcome = await context.act((request) => erp.trustUnlock(request));
    switch (outcome.kind) {
      case 'done': {
        const { session } = context;
        keepTerms(session, outcome.value);
        session.updateContract({ status: 'active', suspendedFor: undefined });
        keepProtocol(context, outcome.value.protocol);
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

function keepTerms(session: Session, unlocked: Unlocked): void {
  const { days, until } = unlocked;
  if (days !== undefined) session.set('unlock_days', { count: days, of: 'day' });
  if (until !== undefined) session.set('unlock_until', { date: until });
  session.set('unlock_words', unlockWords(unlocked));
  session.set('pay_by_words', payByWords(unlocked));
}

/** That access is free again, and for how long if that is known. */
export function unlockWords({ days }: Unlocked): Utterance[] {
  if (days === undefined) return [{ say: 'unlock_done_open' }];
  return [{ say: 'unlock_done', with: { days: { count: days, of: 'day' } } }];
}

/** The day by which to pay, if it is known. */
export function payByWords({ until }: Unlocked): Utterance[] {
  return until === undefined ? [] : [{ say: 'unlock_pay_by', with: { date: { date: until } } }];
}
