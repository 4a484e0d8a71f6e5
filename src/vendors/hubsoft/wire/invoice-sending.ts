import { z } from 'zod';
import { optional, text } from '../../liberal-values.ts';
import { id, success } from '../wire.ts';

/** The parameters and answers by which invoices are sent (chapters 4.8 to 4.10). */

/** So many others at most: more is not one subscriber's invoice any more. */
const mostOthers = 20;

/** A list, also as text with commas between its entries. */
const others = optional(
  z
    .union([z.array(text(255)), text(10_000).transform((list) => list.split(/[,;]/))], {
      error: 'deve ser uma lista de textos',
    })
    .transform((list) => list.map((each) => each.trim()).filter((each) => each !== ''))
    .refine((list) => list.length <= mostOthers, { error: `deve conter no máximo ${mostOthers} itens` }),
).transform((list) => list ?? []);

export const enviarEmailRequest = z.object({ id_fatura: id, email_adicional: others });
/** The documentation names the field in one way in its table, in another in its example. */
export const enviarSmsRequest = z.object({ id_fatura: id, telefone_adicional: others, email_adicional: others });
export const enviarPushRequest = z.object({ id_fatura: id });

const recipient = { id_contato: z.int().nullable(), id_cliente: z.int() };
/** `adicional`: given with the request. */
const origem = z.literal(['cadastro_cliente', 'contato', 'adicional']);
/** True; of a contact the word. */
const allowed = z.union([z.literal(true), z.literal('sim')]);

const jobHead = {
  tries: z.int(),
  /** Seconds. */
  timeout: z.int(),
  memory: z.int(),
  faturas: z.array(z.object({ id_fatura: z.int() })),
};
const jobTail = {
  connection: z.null(),
  queue: z.string(),
  delay: z.object({
    /** `AAAA-MM-DD HH:MM:SS.000000` */
    date: z.string(),
    timezone_type: z.int(),
    timezone: z.string(),
  }),
};

export const emailJob = z.object({
  ...jobHead,
  emails: z.array(
    z.object({
      ...recipient,
      email: z.string(),
      nome: z.string(),
      name: z.string(),
      permite_enviar_email: allowed,
      origem,
    }),
  ),
  ...jobTail,
});

export const smsJob = z.object({
  ...jobHead,
  telefones: z.array(
    z.object({ ...recipient, telefone: z.string(), nome: z.string(), permite_enviar_sms: allowed, origem }),
  ),
  ...jobTail,
});

export const enviarEmailAnswer = success({ job: emailJob });
export const enviarSmsAnswer = success({ job: smsJob });
export const enviarPushAnswer = success({});
