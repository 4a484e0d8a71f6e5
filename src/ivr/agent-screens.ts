import type { NodeContext } from './node-context.ts';

interface PhoneState {
  readonly extension: string;
  readonly state: 'ringing' | 'lost';
}

/**
 * Tells agents' screens what becomes of their phones, of each in the order in which it happens: a phone that refuses at
 * once must not leave a window behind. What goes wrong is logged and never reaches the call.
 */
export function agentScreens(context: NodeContext): (phone: PhoneState) => void {
  const told = new Map<string, Promise<void>>();
  return ({ extension, state }) => {
    const before = told.get(extension) ?? Promise.resolve();
    told.set(
      extension,
      before.then(() => tell(context, extension, state === 'lost')),
    );
  };
}

/** The ERP of our own opens our windows itself, with all that it knows; beside any other, ours tell what the menu knows. */
async function tell(context: NodeContext, extension: string, lost: boolean): Promise<void> {
  const { session, tenant } = context.call;
  const { can } = tenant.erp;
  const isKnown = session.contractId !== undefined;
  await Promise.all([
    isKnown && can.ownWindows === true ? undefined : showWindow(context, extension, lost),
    isKnown && (!lost || can.closeNotice) ? notifyErp(context, session.contractId ?? '', extension, lost) : undefined,
  ]);
}

async function showWindow({ call }: NodeContext, extension: string, lost: boolean): Promise<void> {
  const { id, session, tenant, parts } = call;
  const where = { tenantId: tenant.id, extension, callId: id };
  const { subscriber, contractId } = session;
  try {
    if (lost) await parts.screens?.withdraw(where);
    else await parts.screens?.announce({ ...where, callerNumber: callerNumberOf(call), subscriber, contractId });
  } catch (error) {
    parts.logger.error({ err: error, callId: id }, 'the window about a caller failed');
  }
}

async function notifyErp({ call }: NodeContext, contractId: string, extension: string, lost: boolean): Promise<void> {
  const { id, tenant, parts } = call;
  try {
    const notice = { contractId, extension, callId: id, callerNumber: callerNumberOf(call), lost };
    const outcome = await tenant.erp.notifyAgent(notice);
    if (outcome.kind !== 'done') parts.logger.warn({ callId: id, outcome: outcome.kind }, 'an agent was not notified');
  } catch (error) {
    parts.logger.error({ err: error, callId: id }, 'notifying an agent failed');
  }
}

function callerNumberOf({ channel }: NodeContext['call']): string | undefined {
  return channel.callerNumber === '' ? undefined : channel.callerNumber;
}
