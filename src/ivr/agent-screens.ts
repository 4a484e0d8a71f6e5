import type { RingRequest } from '../telephony/port.ts';
import type { NodeContext } from './node-context.ts';

/** Tells agents' screens what becomes of the phones that ring for a caller, with what the menu knows of that caller. */
export function agentScreens({ call }: NodeContext): NonNullable<RingRequest['onPhone']> {
  const { id: callId, session, tenant, channel } = call;
  const { subscriber, contractId } = session;
  const { callerNumber, gone } = channel;
  return tenant.screens?.of({ callId, callerNumber, gone, known: { subscriber, contractId } }) ?? (() => undefined);
}
