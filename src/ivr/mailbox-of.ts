import type { BoxKey } from '../voicemail/service.ts';
import type { NodeContext } from './node-context.ts';
import type { Session } from './session.ts';
import { plainValue } from './slots.ts';

/** The flow in which callers leave messages. */
export const messageFlow = 'recado';

/** The variable that holds whose mailbox a call is about. */
const mailboxVariable = 'mailbox';

/** Says whose mailbox a call is about from now on. */
export function nameMailbox(session: Session, extension: string): void {
  session.set(mailboxVariable, { text: extension });
}

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
