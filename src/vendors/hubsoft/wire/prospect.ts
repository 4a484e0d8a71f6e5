import { z } from 'zod';
import { parseTaxId } from '../../../kernel/tax-id.ts';
import { optional, text } from '../../liberal-values.ts';
import { id, success, wholeAnswer } from '../wire.ts';
import { email, phone, said } from './fields.ts';

/** The shapes of prospects and of the plans that they may ask for (chapter 8). */

/** A postal code, with or without its hyphen; comes out as eight digits, also of a number, which has lost its zero. */
export const postalCode = text(20)
  .transform((value) => value.replaceAll(/[.\-\s]/g, ''))
  .refine((value) => /^\d{7,8}$/.test(value), { error: 'deve ter 8 dígitos' })
  .transform((value) => value.padStart(8, '0'));

/** A CPF or CNPJ with valid check digits, with or without punctuation; of a number too. */
const document = text(40).transform((value, context) => {
  const digits = /^\d{9,13}$/.test(value) ? value.padStart(value.length > 11 ? 14 : 11, '0') : value;
  const parsed = parseTaxId(digits);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: 'não é um CPF ou CNPJ válido' });
  return z.NEVER;
});

export const offeredPlansRequest = z.object({ cep: optional(text(255)) });

export const offeredPlansAnswer = success({
  servicos: z.array(
    z.object({
      id_servico: z.int(),
      descricao: z.string(),
      valor: z.number(),
      nome_radius: z.string(),
      /** `PLANO 10 MBPS - (R$ 129.90)`, and ` (INATIVO)` of one that is not sold any more. */
      display: z.string(),
      /** kbit/s */
      velocidade_download: z.int(),
      velocidade_upload: z.int(),
    }),
  ),
});

const wrongPrice = { error: 'deve ser um valor em reais' };

/** An amount in reais, with a point or a comma; comes out in cents. */
const price = z
  .union([z.number(wrongPrice), z.string(wrongPrice)], wrongPrice)
  .transform((value) => String(value).trim().replace(',', '.'))
  .refine((value) => /^\d{1,7}(?:\.\d{1,2}0*)?$/.test(value), wrongPrice)
  .transform((value) => Math.round(Number(value) * 100));

const degrees = (most: number) => {
  const wrong = { error: 'deve ser uma coordenada em graus' };
  return z
    .union([z.number(wrong), z.string(wrong).regex(/^\s*-?\d{1,3}(?:\.\d{1,20})?\s*$/, wrong)], wrong)
    .transform(Number)
    .refine((value) => Math.abs(value) <= most, wrong);
};

export const newProspectRequest = z
  .object({
    cep: postalCode,
    servico: z.object({ id_servico: id, valor: price }, { error: 'deve ter id_servico e valor' }),
    nome_razaosocial: said(255),
    cpf_cnpj: document,
    telefone: phone,
    email: optional(email),
    observacao: optional(said(10_000)),
    tipo_pessoa: z
      .string({ error: 'deve ser pf ou pj' })
      .transform((value) => value.trim().toLowerCase())
      .pipe(z.enum(['pf', 'pj'], { error: 'deve ser pf ou pj' })),
    bairro: said(255),
    endereco: said(255),
    numero: said(20),
    complemento: optional(said(255)),
    latitude: optional(degrees(90)),
    longitude: optional(degrees(180)),
  })
  .refine(({ cpf_cnpj, tipo_pessoa }) => (cpf_cnpj.kind === 'cpf') === (tipo_pessoa === 'pf'), {
    path: ['cpf_cnpj'],
    error: 'deve ser um CPF com tipo_pessoa pf, ou um CNPJ com tipo_pessoa pj',
  });

/** Instants as `2020-07-28 10:27:56`, and as `28/07/2020`. */
export const newProspectAnswer = success({
  prospecto: z.object({
    nome_razaosocial: z.string(),
    telefone: z.string(),
    email: z.string().nullable(),
    observacao: z.string().nullable(),
    id_endereco_numero: z.int(),
    tipo_pessoa: z.enum(['pf', 'pj']),
    cpf_cnpj: z.string(),
    id_usuario: z.int().nullable(),
    origem: z.string(),
    updated_at: z.string(),
    created_at: z.string(),
    id_prospecto: z.int(),
    created_at_br: z.string(),
    prospecto_servico: z
      .object({
        id_prospecto_servico: z.int(),
        id_prospecto: z.int(),
        id_servico: z.int(),
        valor: z.string(),
      })
      .nullable(),
  }),
});

/** The part of a name is in `busca`; later versions say there by what is searched, and have the part in `termo_busca`. */
export const prospectsRequest = z
  .object({ busca: optional(text(255)), termo_busca: optional(text(255)) })
  .superRefine(({ busca }, context) => {
    if (busca !== undefined && busca.trim() !== '') return;
    context.addIssue({ code: 'custom', message: 'O campo busca é obrigatória', params: wholeAnswer });
  });

export const prospectsAnswer = success({
  prospectos: z.array(
    z.object({
      id_prospecto: z.int(),
      nome_razaosocial: z.string(),
      cpf_cnpj: z.string(),
      email: z.string().nullable(),
      telefone: z.string(),
      observacao: z.string().nullable(),
      id_cliente: z.int().nullable(),
      id_endereco_numero: z.int(),
      created_at: z.string(),
      updated_at: z.string(),
      tipo_pessoa: z.enum(['pf', 'pj']),
      id_usuario: z.int().nullable(),
      origem: z.string(),
      created_at_br: z.string(),
    }),
  ),
});
