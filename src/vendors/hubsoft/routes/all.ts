import type { ApiRoute } from '../route.ts';
import { atendimentoStore, atendimentoUpdate } from './atendimento.ts';
import { atendimentoTodos } from './atendimento-todos.ts';
import { cliente } from './cliente.ts';
import { clienteAll } from './cliente-all.ts';
import { clienteAtendimento } from './cliente-atendimento.ts';
import { clienteFinanceiro } from './cliente-financeiro.ts';
import { clienteOrdemServico } from './cliente-ordem-servico.ts';
import { clienteTodos } from './cliente-todos.ts';
import { desbloqueioConfianca } from './desbloqueio-confianca.ts';
import { resetMacAddr, solicitarDesconexao } from './desconexao.ts';
import { enderecoCidade } from './endereco-cidade.ts';
import { enviarEmail, enviarPush, enviarSms } from './enviar-fatura.ts';
import { extratoConexao } from './extrato-conexao.ts';
import { financeiro } from './financeiro.ts';
import { ordemServicoTodos } from './ordem-servico-todos.ts';
import { pbxLigacaoCancelar, pbxLigacaoNotificar } from './pbx-ligacao.ts';
import { prospecto, prospectoCreate, prospectoStore } from './prospecto.ts';
import { redeEquipamento, redePop, redeZonaAtendimento } from './rede.ts';

/** Every route served below `/api/v1/integracao/`, in the documentation's order; then those of later versions. */
export const apiRoutes: readonly ApiRoute[] = [
  atendimentoStore,
  atendimentoUpdate,
  clienteAll,
  clienteAtendimento,
  cliente,
  desbloqueioConfianca,
  solicitarDesconexao,
  extratoConexao,
  clienteFinanceiro,
  enviarEmail,
  enviarSms,
  enviarPush,
  clienteOrdemServico,
  resetMacAddr,
  enderecoCidade,
  financeiro,
  pbxLigacaoNotificar,
  pbxLigacaoCancelar,
  prospectoCreate,
  prospectoStore,
  prospecto,
  redeEquipamento,
  redePop,
  redeZonaAtendimento,
  clienteTodos,
  atendimentoTodos,
  ordemServicoTodos,
];
