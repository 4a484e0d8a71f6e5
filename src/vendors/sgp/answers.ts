import { z } from 'zod';
import { maybe, reais } from '../liberal-answer.ts';
import { day, flag, text, whole } from '../liberal-values.ts';

/**
 * Answers as live servers of several versions give them, read for what we need and nothing else. What we send ourselves
 * is in `wire.ts`. Only what nothing can be done without is required: the rest may be missing, null, a number written
 * as text, or something else altogether.
 */

/** A list in which telephones stand as text, or as objects with the number under some name. */
const telephones = z
  .array(z.union([z.string(), z.number(), z.record(z.string(), z.unknown())]))
  .transform((list) => list.flatMap((one) => (typeof one === 'object' ? Object.values(one) : [one])))
  .transform((list) => list.filter((one) => typeof one === 'string' || typeof one === 'number').map(String));

export const contractRead = z.object({
  contratoId: whole,
  razaoSocial: maybe(text()),
  contratoStatus: maybe(whole),
  contratoStatusDisplay: maybe(text()),
  motivo_status: maybe(text()),
  promessasPagamentoMes: maybe(whole),
  contratoValorAberto: maybe(reais),
  contratoTitulosAReceber: maybe(whole),
  cpfCnpj: maybe(text()),
  clienteId: maybe(whole),
  servico_plano: maybe(text()),
  planointernet: maybe(text()),
  endereco_logradouro: maybe(text()),
  endereco_numero: maybe(text()),
  telefones: maybe(telephones),
  telefones_cargos: maybe(telephones),
});
export type ContractRead = z.infer<typeof contractRead>;

/** Nothing found is an empty list in one version, and a sentence without a list in another. */
export const contractsRead = z.object({ msg: maybe(text()), contratos: z.array(contractRead).optional() });

/** What every act and `verificaacesso` answer. */
export const statusRead = z.object({
  status: whole,
  msg: maybe(text(10_000)),
  protocolo: maybe(text(40)),
  liberado: maybe(flag),
  liberado_dias: maybe(whole),
  data_promessa: maybe(day),
  tempo: maybe(text(40)),
});
export type StatusRead = z.infer<typeof statusRead>;

export const invoiceRead = z.object({
  id: text(40),
  clienteContrato: maybe(whole),
  contrato: maybe(whole),
  status: maybe(text()),
  valor: reais,
  dataVencimento: z
    .string()
    .transform((moment) => moment.slice(0, 10))
    .pipe(day),
  linhaDigitavel: maybe(text()),
  codigoPix: maybe(text()),
});
export type InvoiceRead = z.infer<typeof invoiceRead>;
export const invoicesRead = z.object({ titulos: z.array(invoiceRead) });

/** Besides these an entry holds lists of the places it touches, whose names differ between versions. */
export const maintenanceRead = z.looseObject({
  id: text(40),
  descricao: maybe(text()),
  mensagem_ura: maybe(text()),
  mensagem_central: maybe(text()),
  ativa: maybe(flag),
  data_final: maybe(text(40)),
});
export type MaintenanceRead = z.infer<typeof maintenanceRead>;
export const maintenancesRead = z.union([
  z.array(maintenanceRead),
  z.object({ manutencoes: z.array(maintenanceRead) }).transform(({ manutencoes }) => manutencoes),
]);

export const ticketRead = z.object({
  numero: maybe(text(40)),
  protocolo: maybe(text(40)),
  tipo: maybe(text()),
  conteudo: maybe(text(20_000)),
  data_cadastro: maybe(text(40)),
});
export type TicketRead = z.infer<typeof ticketRead>;
export const ticketsRead = z.union([
  z.array(ticketRead),
  z.object({ ocorrencias: z.array(ticketRead) }).transform(({ ocorrencias }) => ocorrencias),
]);
