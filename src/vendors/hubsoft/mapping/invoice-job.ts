import type { z } from 'zod';
import type { Recipient } from '../../../isp/service.ts';
import { nationalPhone } from '../../../kernel/phone-number.ts';
import { isoInstant } from '../dates.ts';
import type { emailJob, smsJob } from '../wire/invoice-sending.ts';

interface Queued {
  readonly invoiceId: number;
  readonly subscriberId: number;
  readonly to: readonly Recipient[];
  readonly at: Date;
  readonly timeZone: string;
}

export function emailJobOf(queued: Queued): z.input<typeof emailJob> {
  return {
    ...headOf(queued),
    emails: queued.to.map((recipient) => ({
      ...whose(recipient, queued),
      email: recipient.address,
      nome: recipient.name,
      name: recipient.name,
      permite_enviar_email: allowedOf(recipient),
      origem: origins[recipient.origin],
    })),
    ...tailOf(queued),
  };
}

export function smsJobOf(queued: Queued): z.input<typeof smsJob> {
  return {
    ...headOf(queued),
    telefones: queued.to.map((recipient) => ({
      ...whose(recipient, queued),
      telefone: nationalPhone(recipient.address),
      nome: recipient.name,
      permite_enviar_sms: allowedOf(recipient),
      origem: origins[recipient.origin],
    })),
    ...tailOf(queued),
  };
}

const origins = { record: 'cadastro_cliente', contact: 'contato', additional: 'adicional' } as const;

/** The documentation's figures of its own queue; ours tries for days, and programs do nothing with them. */
function headOf({ invoiceId }: Queued) {
  return { tries: 1, timeout: 172_800, memory: 2_048, faturas: [{ id_fatura: invoiceId }] };
}

/** As PHP writes a date. */
function tailOf({ at, timeZone }: Queued) {
  const delay = { date: `${isoInstant(at, timeZone)}.000000`, timezone_type: 3, timezone: timeZone };
  return { connection: null, queue: 'outbox', delay };
}

function whose({ contactId }: Recipient, { subscriberId }: Queued) {
  return { id_contato: contactId, id_cliente: subscriberId };
}

/** In the samples a contact's is a word, everybody else's is not. */
function allowedOf({ origin }: Recipient): true | 'sim' {
  return origin === 'contact' ? 'sim' : true;
}
