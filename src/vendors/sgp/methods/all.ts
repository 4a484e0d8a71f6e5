import type { UraMethod } from '../method.ts';
import { chamado } from './chamado.ts';
import { clientes } from './clientes.ts';
import { consultaCliente } from './consulta-cliente.ts';
import { enviaFatura } from './envia-fatura.ts';
import { fatura2via } from './fatura-2via.ts';
import { liberacaoPromessa } from './liberacao-promessa.ts';
import { manutencaoList } from './manutencao-list.ts';
import { notificacaoSistema } from './notificacao-sistema.ts';
import { ocorrenciaList } from './ocorrencia-list.ts';
import { pix } from './pix.ts';
import { smsSend } from './sms-send.ts';
import { titulos } from './titulos.ts';
import { verificaAcesso } from './verifica-acesso.ts';

/** Every method served: those of the source document, then those that its callers are known to use besides. */
export const uraMethods: readonly UraMethod[] = [
  consultaCliente,
  liberacaoPromessa,
  enviaFatura,
  verificaAcesso,
  notificacaoSistema,
  chamado,
  clientes,
  titulos,
  fatura2via,
  pix,
  manutencaoList,
  ocorrenciaList,
  smsSend,
];
