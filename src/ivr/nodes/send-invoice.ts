import { z } from 'zod';
import type { InvoiceSent } from '../../erp/port.ts';
import { nodeKind } from '../node-kind.ts';
import { keepProtocol } from '../protocol.ts';
import type { Utterance } from '../speech/utterance.ts';

/** Has the open invoice sent. `{sent_words}` says where it went; `done` only after the ERP confirmed it. */
export const sendInvoice = nodeKind({
  type: 'send_invoice',
  params: z.strictObject({ by: z.enum(['email', 'sms']) }),
  facts: () => ({
    exits: ['done', 'refused', 'no_contact', 'nothing_to_do', 'unavailable'],
    provides: ['sent_words', 'protocol', 'protocol_words'],
  }),
  async run(context, { by }) {
    const { erp } = context.call.tenant;
    const outcome = await context.act((request) => erp.sendInvoice({ ...request, by }));
    switch (outcome.kind) {
      case 'done':
        context.session.set('sent_words', [sentWords(by, outcome.value)]);
        keepProtocol(context, outcome.value.protocol);
        return 'done';
      case 'refused':
        return outcome.reason === 'no_contact' ? 'no_contact' : 'refused';
      case 'nothing_to_do':
        if (outcome.reason === 'not_found') throw new Error('the ERP does not know the contract any more');
        return 'nothing_to_do';
      case 'unavailable':
      default:
        return 'unavailable';
    }
  },
});

function sentWords(by: 'email' | 'sms', sent: InvoiceSent): Utterance {
  if (by === 'email') return { say: 'invoice_sent_email' };
  // The mask of a telephone number leaves its last four digits.
  const digits = sent.to?.toString().match(/\d{2,4}$/)?.[0];
  return digits === undefined
    ? { say: 'invoice_sent_sms_plain' }
    : { say: 'invoice_sent_sms', with: { digits: { digits } } };
}
