import { z } from 'zod';
import { nodeKind } from '../node-kind.ts';
import { keepProtocol } from '../protocol.ts';

/** Opens a ticket in the ERP. `done` only after the ERP confirmed it. */
export const ticket = nodeKind({
  type: 'ticket',
  params: z.strictObject({
    subject: z.enum(['support', 'complaint', 'cancellation', 'callback', 'other']),
    /** What whoever works on it reads; `{slot}` is replaced by what is known. */
    description: z.string().trim().min(1).max(1000),
    field_visit: z.boolean().default(false),
  }),
  facts: () => ({
    exits: ['done', 'refused', 'nothing_to_do', 'unavailable'],
    provides: ['protocol', 'protocol_words'],
  }),
  async run(context, params) {
    const { erp } = context.call.tenant;
    const description = context.fillPlain(params.description);
    const { subject, field_visit: fieldVisit } = params;
    const outcome = await context.act((request) => erp.openTicket({ ...request, subject, description, fieldVisit }));
    if (outcome.kind === 'done') keepProtocol(context, outcome.value.protocol);
    return outcome.kind;
  },
});
