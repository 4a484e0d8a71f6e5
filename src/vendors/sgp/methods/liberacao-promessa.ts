import type { ContractRecord } from '../../../isp/service.ts';
import { daysBetween } from '../../../kernel/clock.ts';
import { AppError } from '../../../kernel/errors.ts';
import { isMobile } from '../../../kernel/phone-number.ts';
import { type UraCall, uraMethod } from '../method.ts';
import { callerOf, contractNotFound, echoOf, identityOf, severalContracts, subjectOf } from '../subject.ts';
import { liberacaoPromessaAnswer, liberacaoPromessaRequest, severalContractsAnswer } from '../wire.ts';

const nothing = {
  not_found: contractNotFound,
  not_suspended: 'O contrato não está suspenso',
  cancelled: 'O contrato está cancelado',
} as const;

/** Source document, section 2. The limit is enforced here, whatever the caller has checked. */
export const liberacaoPromessa = uraMethod({
  path: 'liberacaopromessa',
  summary: 'Restore a suspended contract for some days on a promise to pay; once a calendar month.',
  request: liberacaoPromessaRequest,
  answer: liberacaoPromessaAnswer.or(severalContractsAnswer),
  async run(call, request) {
    const { office } = call;
    const subject = await subjectOf(office, request);
    if (subject.kind === 'several') return severalContracts;
    const contract = subject.kind === 'one' ? subject.contract : undefined;
    const not = (status: 0 | 2, msg: string) => ({
      status,
      razaoSocial: identityOf(contract).razaoSocial,
      liberado: false,
      cpfCnpj: identityOf(contract).cpfCnpj,
      msg,
      ...echoOf(request, contract),
    });
    if (contract === undefined) return not(0, contractNotFound);

    const days = request.data_promessa === undefined ? undefined : daysBetween(office.today(), request.data_promessa);
    const key = call.actKey(contract.contractId);
    const outcome = await office.unlock(
      {
        key,
        contractId: contract.contractId,
        callId: undefined,
        callerNumber: callerOf(request.uracontato),
        days,
        note: request.conteudo,
      },
      new AbortController().signal,
    );
    if (outcome.kind === 'unavailable') {
      throw new AppError('database_unavailable', 'Serviço temporariamente indisponível.');
    }
    if (outcome.kind === 'nothing_to_do') return not(0, nothing[outcome.reason]);
    if (outcome.kind === 'refused') {
      return not(2, outcome.reason === 'already_used' ? alreadyUsed : await notAllowed(call, contract, days));
    }
    const { protocol = '', days: granted = 0, until = '' } = outcome.value;
    if (request.enviar_sms === true) await confirmBySms(call, contract, key, until);
    return {
      ...not(0, freed(contract)),
      status: 1 as const,
      liberado: true,
      protocolo: protocol,
      liberado_dias: granted,
      data_promessa: until,
    };
  },
});

const alreadyUsed = 'O recurso de promessa de pagamento já foi utilizado no mês. Recurso não disponível';

async function notAllowed({ office }: UraCall, { state }: ContractRecord, days: number | undefined): Promise<string> {
  if (state !== 'suspended_debt' || days === undefined) return 'Liberação não permitida para este contrato';
  return `A data da promessa deve estar entre 1 e ${await office.unlockDays()} dia(s) a partir de hoje`;
}

/** As documented, with the login: programs show it to attendants. */
function freed({ contractId, login }: ContractRecord): string {
  return `Liberação via URA -\nServiço ID: ${contractId}, Login: ${login ?? ''}\nMotivo: Promessa de Pagamento\n`;
}

async function confirmBySms({ office }: UraCall, contract: ContractRecord, key: string, until: string): Promise<void> {
  const phone = contract.phones.find(isMobile);
  if (phone === undefined) return;
  const day = until.split('-').toReversed().join('/');
  await office.sendSms({ to: [phone], text: `Seu acesso foi liberado. Pague sua fatura ate ${day}.`, key });
}
