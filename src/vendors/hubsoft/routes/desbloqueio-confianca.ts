import type { BackOffice } from '../../../isp/service.ts';
import { AppError } from '../../../kernel/errors.ts';
import { type Refusal, refuse, refuseValueOf } from '../answers.ts';
import { brazilianDay } from '../dates.ts';
import { apiRoute } from '../route.ts';
import { done, trustUnlockRequest } from '../wire/connection.ts';

/** Chapter 4.4: restores a service that is suspended for debt, for some days, by the provider's rule. */
export const desbloqueioConfianca = apiRoute({
  method: 'POST',
  path: 'cliente/desbloqueio_confianca',
  summary: 'Restore a suspended service for some days on trust; once a calendar month.',
  request: trustUnlockRequest,
  answer: done,
  async run({ office, actKey, signal }, { id_cliente_servico: contractId, dias_desbloqueio: days }) {
    const key = actKey(contractId);
    const who = { contractId, callId: undefined, callerNumber: undefined };
    const outcome = await office.unlock({ ...who, key, days }, signal);
    switch (outcome.kind) {
      case 'done': {
        const until = brazilianDay(outcome.value.until ?? office.today());
        const msg = `Desbloqueio em confiança realizado com sucesso até a data ${until}`;
        return { status: 'success' as const, msg };
      }
      case 'nothing_to_do':
        if (outcome.reason === 'not_found') return refuseValueOf('id_cliente_servico');
        return refuse(outcome.reason === 'cancelled' ? 'O serviço está cancelado' : 'O serviço não está suspenso', []);
      case 'refused':
        return refused(office, outcome.reason, { contractId, days });
      case 'unavailable':
      default:
        throw new AppError('database_unavailable', 'The unlock was not granted.');
    }
  },
});

/** Each refusal says the rule that it is of. */
async function refused(
  office: BackOffice,
  reason: 'already_used' | 'not_allowed',
  asked: { readonly contractId: number; readonly days: number },
): Promise<Refusal> {
  const most = await office.unlockDays();
  if (reason === 'already_used') {
    const rule = `A regra do provedor permite um desbloqueio por mês, de no máximo ${most} dia(s)`;
    return refuse(`O desbloqueio em confiança já foi utilizado neste mês. ${rule}`, []);
  }
  const [contract] = await office.contracts({ contract: asked.contractId });
  if (contract?.state === 'suspended_debt' && asked.days > most) {
    const rule = `ultrapassa a configuração do provedor, que permite no máximo ${most} dia(s)`;
    return refuse(`O valor informado para os dias de desbloqueio (${asked.days}) não é permitido, pois ${rule}`, []);
  }
  return refuse('O desbloqueio em confiança só é permitido para serviços suspensos por débito', []);
}
