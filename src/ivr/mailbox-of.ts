import type { BoxKey } from '../voicemail/service.ts';
import type { NodeContext } from './node-context.ts';
import { plainValue } from './slots.ts';

/** The variable that holds whose mailbox a call is about. */
const mailboxVariable = 'mailbox';

/**
 * Whose mailbox a call is about.
 * @param extension what the node says, if it does
 * @throws Error when nobody said it
 */
export function mailboxOf({ call }: NodeContext, extension?: string): BoxKey {
  const named = extension ?? plainValue(call.session.get(mailboxVariable));
  if (named === undefined) throw new Error('it is not said whose mailbox this is');
  return { tenantId: call.tenant.id, extension: named };
}
