import { tellScreens } from '../screen-pop/service.ts';
import type { NodeContext } from './node-context.ts';

/** Tells agents' screens what becomes of the phones that ring for a caller, with what the menu knows of that caller. */
export function agentScreens({ call }: NodeContext): ReturnType<typeof tellScreens> {
  const { id: callId, session, tenant, parts, channel } = call;
  const caller = () => ({ subscriber: session.subscriber, contractId: session.contractId });
  const ringing = { tenantId: tenant.id, callId, callerNumber: channel.callerNumber, caller };
  return tellScreens({ screens: parts.screens, erp: tenant.erp, logger: parts.logger }, ringing);
}
