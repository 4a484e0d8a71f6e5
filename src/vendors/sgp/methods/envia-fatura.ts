import { AppError } from '../../../kernel/errors.ts';
import { uraMethod } from '../method.ts';
import { callerOf, contractNotFound, echoOf, identityOf, severalContracts, subjectOf } from '../subject.ts';
import { enviaFaturaAnswer, enviaFaturaRequest, severalContractsAnswer } from '../wire.ts';

const ways = { email: 'email', 'e-mail': 'email', 1: 'email', sms: 'sms', 2: 'sms' } as const;

/** Source document, section 3. Sent means accepted for delivery; every contact has a protocol, also a vain one. */
export const enviaFatura = uraMethod({
  path: 'enviafatura',
  summary: 'Send the oldest open invoice by e-mail or SMS.',
  request: enviaFaturaRequest,
  answer: enviaFaturaAnswer.or(severalContractsAnswer),
  async run({ office, actKey }, request) {
    const by = wayOf(request.tipo);
    const subject = await subjectOf(office, request);
    if (subject.kind === 'several') return severalContracts;
    const contract = subject.kind === 'one' ? subject.contract : undefined;
    const answer = (status: 0 | 1 | 2 | 9, msg: string, protocolo: string) => ({
      status,
      ...identityOf(contract),
      msg,
      ...echoOf(request, contract),
      protocolo,
    });
    if (contract === undefined) return answer(0, contractNotFound, '');

    const { contractId } = contract;
    const act = { key: actKey(contractId), contractId, callId: undefined, callerNumber: callerOf(request.uracontato) };
    const outcome = await office.sendInvoice({ ...act, by }, new AbortController().signal);
    if (outcome.kind === 'done') {
      return answer(
        1,
        `Fatura enviada por ${by === 'sms' ? 'SMS' : 'email'} com sucesso`,
        outcome.value.protocol ?? '',
      );
    }
    if (outcome.kind === 'unavailable') {
      throw new AppError('database_unavailable', 'Serviço temporariamente indisponível.');
    }
    const [status, msg] = {
      no_contact: [2, `Não há contato para enviar a fatura por ${by === 'sms' ? 'SMS' : 'email'}`] as const,
      contact_refused: [9, 'Erro no envio da fatura: o contato cadastrado não é válido'] as const,
      no_open_invoice: [0, 'Não há fatura em aberto'] as const,
      not_found: [0, contractNotFound] as const,
    }[outcome.reason];
    const protocol = await office.recordContact({
      contractId,
      subject: 'invoice',
      text: `Envio de fatura não realizado: ${msg}.`,
      key: `${act.key}:${outcome.reason}`,
      callId: undefined,
      contactPhone: act.callerNumber,
    });
    return answer(status, msg, protocol ?? '');
  },
});

/** @throws AppError `bad_request` for a way that there is not */
function wayOf(tipo = 'email'): 'email' | 'sms' {
  const way = Object.entries(ways).find(([name]) => name === tipo.trim().toLowerCase())?.[1];
  if (way === undefined) throw new AppError('bad_request', 'O campo tipo deve ser email ou sms.');
  return way;
}
