import { z } from 'zod';
import { day, optional } from '../../liberal-values.ts';
import {
  limit,
  oneOf,
  optionalSearchKind,
  positive,
  searchKind,
  searchTerm,
  window,
  windowInOrder,
  windowOutOfOrder,
  yesNo,
} from '../wire.ts';
import { serviceHead, shortSubscriber } from './subscriber.ts';

/** The parameters and shapes of invoices (chapters 4.7 and 6.1). */

const order = {
  order_by: oneOf(['data_vencimento', 'data_pagamento', 'valor'], 'data_vencimento'),
  order_type: oneOf(['asc', 'desc'], 'asc'),
};

export const clienteFinanceiroRequest = z
  .object({
    busca: searchKind(['cpf_cnpj', 'codigo_cliente', 'id_cliente_servico']),
    termo_busca: searchTerm,
    limit: limit(50, 20),
    apenas_pendente: yesNo(true),
    ...order,
    ...window,
  })
  .refine(windowInOrder, windowOutOfOrder);

export const financeiroRequest = z
  .object({
    busca: optionalSearchKind(['id_cliente', 'codigo_cliente', 'cpf_cnpj', 'id_cliente_servico']),
    termo_busca: optional(searchTerm),
    tipo_data: oneOf(['data_vencimento', 'data_pagamento'], 'data_vencimento'),
    tipo_resultado: oneOf(['simplificado', 'detalhado'], 'simplificado'),
    data_inicio: optional(day),
    data_fim: optional(day),
    ...order,
    limit: optional(positive),
    apenas_quitado: yesNo(false),
  })
  .refine(windowInOrder, windowOutOfOrder)
  .refine(({ busca, termo_busca }) => busca === undefined || termo_busca !== undefined, {
    path: ['termo_busca'],
    error: 'é obrigatório quando busca é informado',
  })
  .refine(({ busca, termo_busca }) => busca !== undefined || termo_busca === undefined, {
    path: ['busca'],
    error: 'é obrigatório quando termo_busca é informado',
  });

/** What an invoice is made of; in reais. */
const details = z.array(z.object({ descricao: z.string(), valor: z.number() }));
const paymentKind = z.literal(['boleto_bancario', 'debito_conta_corrente', 'cartao_credito']);
const company = z.object({ documento: z.string(), nome_razaosocial: z.string(), nome_fantasia: z.string().nullable() });

/** An invoice in `cliente/financeiro`. What a boleto alone has is null for what is paid otherwise. */
export const clientInvoice = z.object({
  id_fatura: z.int(),
  nosso_numero: z.string(),
  /** With its check digit: `0272100-0`. */
  nosso_numero_dv: z.string().nullable(),
  /** As printed: `75691.31662 01006.726101 27210.000017 7 73380000001000`. */
  linha_digitavel: z.string().nullable(),
  codigo_barras: z.string().nullable(),
  /** Opens the PDF. */
  link: z.string().nullable(),
  /** `3166 / 67261` */
  agencia_codigo_beneficiario: z.string().nullable(),
  beneficiario: z.string().nullable(),
  numero_documento: z.int().nullable(),
  especie: z.string().nullable(),
  especie_dinheiro: z.literal('R$'),
  aceite: z.literal('N').nullable(),
  local_pagamento: z.string().nullable(),
  carteira: z.string().nullable(),
  tipo_cobranca: paymentKind,
  /** In reais. */
  valor: z.number(),
  /** `DD/MM/AAAA`, as the next three. */
  data_vencimento: z.string(),
  data_pagamento: z.string().nullable(),
  data_documento: z.string().nullable(),
  data_processamento: z.string().nullable(),
  detalhamento: details,
  cliente: shortSubscriber.extend({
    /** As later versions tell it, as what follows `cliente`. */
    servico: z.object({ id_cliente_servico: z.int(), ...serviceHead }),
  }),
  pix_copia_cola: z.string().nullable(),
  quitado: z.boolean(),
  status: z.literal(['aguardando', 'vencido', 'pago', 'cancelado']),
  valor_pago: z.number().nullable(),
  /** `DD/MM/AAAA` */
  data_cadastro: z.string(),
  empresa: company,
});

/** What `tipo_resultado=detalhado` tells of an invoice besides, as far as it is known from later versions. */
const moreDetails = {
  id_cliente_servico: z.int(),
  /** `AAAA-MM-DD` */
  data_cadastro: z.string(),
  linha_digitavel: z.string().nullable(),
  codigo_barras: z.string().nullable(),
  pix_copia_cola: z.string().nullable(),
  tipo_cobranca: paymentKind,
  link: z.string().nullable(),
  empresa: company,
  detalhamento: details,
};

/** An invoice in `financeiro`. */
export const listedInvoice = z
  .object({
    id_fatura: z.int(),
    nosso_numero: z.string(),
    /** `AAAA-MM-DD`, and `DD/MM/AAAA`. */
    data_vencimento: z.string(),
    data_vencimento_br: z.string(),
    data_pagamento: z.string().nullable(),
    data_pagamento_br: z.string().nullable(),
    /** In reais, as text: `119.9`. */
    valor: z.string(),
    valor_pago: z.string().nullable(),
    cliente: z.object({
      id_cliente: z.int(),
      codigo_cliente: z.int(),
      nome_razaosocial: z.string(),
      nome_fantasia: z.string().nullable(),
      tipo_pessoa: z.literal(['pf', 'pj']),
      cpf_cnpj: z.string(),
      data_nascimento: z.string().nullable(),
      data_nascimento_br: z.string().nullable(),
      /** Digits with area code. */
      telefone_primario: z.string().nullable(),
      telefone_secundario: z.string().nullable(),
      telefone_terciario: z.string().nullable(),
      email_principal: z.string().nullable(),
      email_secundario: z.string().nullable(),
      /** `AAAA-MM-DD HH:MM:SS`, and `DD/MM/AAAA HH:MM`. */
      data_cadastro: z.string(),
      data_cadastro_br: z.string(),
      ativo: z.boolean(),
    }),
  })
  .extend(z.object(moreDetails).partial().shape);
