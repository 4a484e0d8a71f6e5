import type { BackOffice, ContractRecord } from '../../../isp/service.ts';
import { AppError } from '../../../kernel/errors.ts';
import { refuse, refuseValueOf } from '../answers.ts';
import { apiRoute } from '../route.ts';
import { disconnectAnswer, disconnectRequest, done, resetMacRequest } from '../wire/connection.ts';

const noLogin = 'O serviço informado não possui dados de autenticação';

/** Chapter 4.5: has the concentrator end the session of a service. A GET that acts, as documented; a HEAD does not. */
export const solicitarDesconexao = apiRoute({
  method: 'GET',
  path: 'cliente/solicitar_desconexao/:id_cliente_servico',
  summary: 'Have the concentrator end the connection of a service.',
  request: disconnectRequest,
  answer: disconnectAnswer,
  async run({ office, signal }, { id_cliente_servico: id }) {
    const contract = await contractOf(office, id);
    if (contract === undefined) return refuse(`Serviço de ID ${id} não encontrado`, []);
    const { login } = contract;
    if (login === null) return refuse(noLogin, []);
    const failed = (reason: string) =>
      refuse(`A desconexão não foi bem sucedida para o login ${login}!`, [`${reason}.`]);
    const outcome = await office.resetSession(id, signal);
    switch (outcome.kind) {
      case 'too_soon':
        throw new AppError('too_many_requests', 'Too Many Attempts.', { retryAfterMs: outcome.retryAfterMs });
      case 'done':
        return { status: 'success' as const, msg: `A desconexão foi bem sucedida para o login ${login}!`, login };
      case 'nothing_to_do':
        return failed('O cliente não está conectado');
      case 'refused':
        return failed('O equipamento de conexão recusou a solicitação, ou não está configurado para recebê-la');
      case 'unavailable':
      default:
        return failed('O equipamento de conexão não respondeu à solicitação');
    }
  },
});

/** Chapter 4.12: forgets the hardware address that a service is bound to, and ends its connection. */
export const resetMacAddr = apiRoute({
  method: 'POST',
  path: 'cliente/reset_mac_addr',
  summary: 'Forget the hardware address of a service, so that the next modem may connect.',
  request: resetMacRequest,
  answer: done,
  async run({ office, signal }, { id_cliente_servico: id }) {
    const contract = await contractOf(office, id);
    if (contract === undefined) return refuseValueOf('id_cliente_servico');
    if (contract.login === null) return refuse(noLogin, []);
    const outcome = await office.resetMac(id, signal);
    if (outcome.kind === 'done') return { status: 'success' as const, msg: 'Endereço MAC resetado com sucesso!' };
    if (outcome.kind === 'unavailable') throw new AppError('database_unavailable', 'The binding was not forgotten.');
    return refuse('O endereço MAC não pôde ser resetado', []);
  },
});

async function contractOf(office: BackOffice, id: number): Promise<ContractRecord | undefined> {
  const [contract] = await office.contracts({ contract: id });
  return contract;
}
