import type { InvoiceRefusal } from '../../../isp/service.ts';
import { type Refusal, refuse, refuseFields, refuseValueOf } from '../answers.ts';
import { brazilianDay } from '../dates.ts';
import { emailJobOf, smsJobOf } from '../mapping/invoice-job.ts';
import { apiRoute } from '../route.ts';
import {
  enviarEmailAnswer,
  enviarEmailRequest,
  enviarPushAnswer,
  enviarPushRequest,
  enviarSmsAnswer,
  enviarSmsRequest,
} from '../wire/invoice-sending.ts';

/** HubSoft's API documentation, 4.8. */
export const enviarEmail = apiRoute({
  method: 'POST',
  path: 'cliente/financeiro/enviar_email',
  summary: 'Send an open invoice, as PDF besides, to all mail addresses of its subscriber and to others.',
  request: enviarEmailRequest,
  answer: enviarEmailAnswer,
  async run({ office, actKey }, { id_fatura: invoiceId, email_adicional: additional }) {
    const key = actKey(invoiceId);
    const outcome = await office.dispatchInvoice({ invoiceId, by: 'email', additional, key });
    if (outcome.kind !== 'queued') {
      const named = (place: number) => `email_adicional.${place} deve ser um endereço de e-mail válido`;
      return refusalOf(outcome, invoiceId, 'O cliente não possui e-mail cadastrado para receber a fatura', named);
    }
    const { timeZone } = office;
    return {
      status: 'success',
      msg: queuedMessage('e-mail', 'os e-mails com as faturas'),
      job: emailJobOf({ ...outcome, invoiceId, at: office.now(), timeZone }),
    };
  },
});

/** HubSoft's API documentation, 4.9. */
export const enviarSms = apiRoute({
  method: 'POST',
  path: 'cliente/financeiro/enviar_sms',
  summary: 'Send what it takes to pay an open invoice to all mobile telephones of its subscriber and to others.',
  request: enviarSmsRequest,
  answer: enviarSmsAnswer,
  async run({ office, actKey }, { id_fatura: invoiceId, telefone_adicional: phones, email_adicional: alike }) {
    const key = actKey(invoiceId);
    const outcome = await office.dispatchInvoice({ invoiceId, by: 'sms', additional: [...phones, ...alike], key });
    if (outcome.kind !== 'queued') {
      const field = (place: number) =>
        place < phones.length ? `telefone_adicional.${place}` : `email_adicional.${place - phones.length}`;
      const named = (place: number) => `${field(place)} deve ser um telefone celular no formato DDNNNNNNNNN`;
      return refusalOf(
        outcome,
        invoiceId,
        'O cliente não possui telefone celular cadastrado para receber a fatura',
        named,
      );
    }
    const { timeZone } = office;
    return {
      status: 'success',
      // Spelled as documented.
      msg: queuedMessage('SMS', 'as mensgens SMS com os dados das faturas'),
      job: smsJobOf({ ...outcome, invoiceId, at: office.now(), timeZone }),
    };
  },
});

/** HubSoft's API documentation, 4.10. */
export const enviarPush = apiRoute({
  method: 'POST',
  path: 'cliente/financeiro/enviar_push',
  summary: 'Send an open invoice to the browsers and apps that its subscriber is registered with.',
  request: enviarPushRequest,
  answer: enviarPushAnswer,
  async run({ office, actKey }, { id_fatura: invoiceId }) {
    const outcome = await office.pushInvoice({ invoiceId, key: actKey(invoiceId) });
    if (outcome.kind === 'queued') {
      return { status: 'success', msg: 'Fatura enviada com sucesso via push notification' };
    }
    return refusalOf(
      outcome,
      invoiceId,
      'O cliente não possui aplicativo ou navegador registrado para receber a fatura',
    );
  },
});

function queuedMessage(by: 'e-mail' | 'SMS', what: string): string {
  return (
    `As faturas foram adicionadas para serem disparadas por ${by}. Por se tratar de um processo de envio massivo, o ` +
    `sistema fará o agendamento do disparo. Dentro de alguns minutos o cliente irá receber ${what}. OBS: Para cada fatura ` +
    `selecionada será enviado um ${by}`
  );
}

/**
 * @param nowhere what is said when the subscriber has nowhere to send it to
 * @param named what is wrong with an additional address, by its place
 */
function refusalOf(
  refusal: InvoiceRefusal,
  invoiceId: number,
  nowhere: string,
  named: (place: number) => string = String,
): Refusal {
  if (refusal.kind === 'unknown_invoice') return refuseValueOf('id_fatura');
  if (refusal.kind === 'bad_address') {
    return refuseFields(refusal.places.map((place) => `O campo ${named(place)}`));
  }
  if (refusal.kind === 'paid') {
    const paidOn = brazilianDay(refusal.on);
    return refuse(`A fatura de ID ${invoiceId} já encontra-se quitada com data de pagamento em ${paidOn}`, []);
  }
  return refuse(refusal.kind === 'cancelled' ? `A fatura de ID ${invoiceId} encontra-se cancelada` : nowhere, []);
}
