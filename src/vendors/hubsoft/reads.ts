import { z } from 'zod';
import { maybe, reais } from '../liberal-answer.ts';
import { day, flag, text, whole } from '../liberal-values.ts';

/**
 * Answers as live servers of several versions give them, read for what we need and nothing else: of a service neither
 * login nor password. What we send ourselves is in `wire.ts`. Only what nothing can be done without is required.
 */

/** A list; PHP writes one with gaps in it as an object. Null is as good as none. */
function list<T extends z.ZodType>(shape: T) {
  return z.union([
    z.array(shape),
    z.record(z.string(), shape).transform((object) => Object.values(object)),
    z.null().transform((): z.output<T>[] => []),
  ]);
}

/** What every answer begins with. A later version writes its success as "suscess". */
export const envelopeRead = z.object({
  status: maybe(text(40)),
  msg: maybe(text(10_000)),
  errors: maybe(list(text())),
});
export type EnvelopeRead = z.infer<typeof envelopeRead>;

/** What an act answers that went well. */
export const successRead = z.object({
  status: text(40).refine((status) => /^su/i.test(status)),
  msg: maybe(text(10_000)),
});

/** Null when there never was one, which is written as an empty list. */
const lastConnection = z.union([
  z.object({ conectado: flag }).transform(({ conectado }) => conectado),
  z.array(z.unknown()).transform(() => null),
  z.null(),
]);

const addressRead = z.object({
  logradouro: maybe(text()),
  endereco: maybe(text()),
  numero: maybe(text(40)),
  completo: maybe(text()),
});

export const serviceRead = z.object({
  id_cliente_servico: whole,
  nome: maybe(text()),
  status: maybe(text()),
  status_prefixo: maybe(text()),
  endereco_instalacao: maybe(addressRead),
  ultima_conexao: lastConnection.optional().catch(undefined),
});
export type ServiceRead = z.infer<typeof serviceRead>;

export const clientRead = z.object({
  id_cliente: maybe(whole),
  codigo_cliente: maybe(whole),
  nome_razaosocial: maybe(text()),
  nome_fantasia: maybe(text()),
  cpf_cnpj: maybe(text()),
  telefone_primario: maybe(text()),
  telefone_secundario: maybe(text()),
  telefone_terciario: maybe(text()),
  email_principal: maybe(text()),
  alerta: maybe(flag),
  alerta_mensagens: maybe(list(text())),
  servicos: list(serviceRead).optional(),
});
export type ClientRead = z.infer<typeof clientRead>;
export const clientsRead = z.object({ clientes: list(clientRead) });

export const invoiceRead = z.object({
  id_fatura: whole,
  valor: reais,
  data_vencimento: z
    .string()
    .transform((moment) => moment.trim().slice(0, 10))
    .pipe(day),
  data_pagamento: maybe(text(40)),
  quitado: maybe(flag),
  status: maybe(text(40)),
  linha_digitavel: maybe(text()),
  pix_copia_cola: maybe(text()),
  cliente: maybe(z.object({ codigo_cliente: maybe(whole) })),
});
export type InvoiceRead = z.infer<typeof invoiceRead>;
export const invoicesRead = z.object({ faturas: list(invoiceRead) });

/** Where a bill goes: the sample of one job has the same address several times. */
export const dispatchRead = successRead.extend({
  job: maybe(
    z.object({
      emails: maybe(list(z.object({ email: maybe(text()) }))),
      telefones: maybe(list(z.object({ telefone: maybe(text()) }))),
    }),
  ),
});

export const ticketRead = z.object({
  id_atendimento: whole,
  protocolo: maybe(text(40)),
  tipo_atendimento: maybe(text()),
  /** Undefined where the version does not tell it at all. */
  descricao_abertura: z
    .union([text(100_000), z.null().transform(() => '')])
    .optional()
    .catch(undefined),
  data_cadastro: maybe(text(40)),
});
export type TicketRead = z.infer<typeof ticketRead>;
export const ticketsRead = z.object({ atendimentos: list(ticketRead) });
export const ticketOpenedRead = successRead.extend({ atendimento: maybe(ticketRead) });
