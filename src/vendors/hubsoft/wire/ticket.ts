import { z } from 'zod';
import { flag, optional } from '../../liberal-values.ts';
import {
  id,
  limit,
  oneOf,
  pageFields,
  paging,
  searchKind,
  searchTerm,
  success,
  window,
  windowInOrder,
  windowOutOfOrder,
  yesNo,
} from '../wire.ts';
import { email, idList, phone, relations, said } from './fields.ts';
import { parameters } from './parameters.ts';
import { orderOfTicket } from './service-order.ts';
import { shortSubscriber } from './subscriber.ts';

/** The shapes of tickets (chapters 3 and 4.2), and of the list of all that later versions have. */

/** Parameters of later versions come as an object, or in a list; an empty one of either kind says nothing. */
function among<Shape extends z.ZodObject>(shape: Shape) {
  const none = z.union([z.array(z.unknown()).length(0), z.strictObject({})]).transform(() => undefined);
  const listed = z.tuple([shape]).transform(([only]) => only);
  return optional(z.union([none, listed, shape], { error: 'deve ser um objeto' }));
}

const closing = among(
  z.object({
    id_motivo_fechamento_atendimento: optional(id),
    descricao_fechamento: optional(said(10_000)),
    status_fechamento: optional(said(60)),
  }),
);

export const openTicketRequest = z.object({
  id_cliente_servico: id,
  descricao: said(10_000),
  nome: said(255),
  telefone: phone,
  email: optional(email),
  abrir_os: optional(flag),
  id_tipo_atendimento: optional(id),
  id_atendimento_status: optional(id),
  id_usuario_responsavel: optional(id),
  parametros: optional(parameters),
  parametros_ordem_servico: among(
    z.object({
      id_tipo_ordem_servico: optional(id),
      status: optional(z.enum(['pendente', 'aguardando_agendamento'], { error: 'é inválido' })),
      ids_tecnicos: optional(idList),
    }),
  ),
  parametros_fechamento: closing,
});

/** A ticket with the names of its people and lists; days as `16/11/2018`. */
const namedTicket = z.object({
  id_atendimento: z.int(),
  protocolo: z.string(),
  descricao_abertura: z.string(),
  descricao_fechamento: z.string().nullable(),
  tipo_atendimento: z.string(),
  usuario_abertura: z.string().nullable(),
  usuario_responsavel: z.string().nullable(),
  usuario_fechamento: z.string().nullable(),
  data_cadastro: z.string(),
  data_fechamento: z.string().nullable(),
  setor_responsavel: z.string().nullable(),
  status_fechamento: z.string().nullable(),
  motivo_fechamento: z.string().nullable(),
  status: z.string(),
  cliente: shortSubscriber,
  ordens_servico: z.array(orderOfTicket),
});
export type NamedTicket = z.input<typeof namedTicket>;

export const openTicketAnswer = success({ atendimento: namedTicket });

export const editTicketRequest = z.object({
  id,
  descricao: optional(said(10_000)),
  fechar_atendimento: optional(flag).transform((value) => value ?? false),
  parametros: optional(parameters),
  parametros_fechamento: closing,
  id_atendimento_status: optional(id),
  id_tipo_atendimento: optional(id),
});

/** How long a ticket has been open, and how long it may be, as the screens count it. */
const ticketClock = {
  data_cadastro_br: z.string(),
  /** Milliseconds since 1970. */
  data_cadastro_timestamp: z.int(),
  data_fechamento_br: z.string().nullable(),
  data_fechamento_timestamp: z.int().nullable(),
  minutos_em_aberto: z.int(),
  /** `-138h 4min` */
  tempo_restante: z.string(),
  percentual_tempo_restante: z.int(),
  percentual_color_class: z.string(),
};

/** A ticket with the ids of its people and lists; instants as `2020-03-05 14:52:00`. */
const numberedTicket = z.object({
  id_atendimento: z.int(),
  protocolo: z.string(),
  id_cliente_servico: z.int(),
  id_tipo_atendimento: z.int(),
  id_usuario_abertura: z.int().nullable(),
  id_usuario_fechamento: z.int().nullable(),
  descricao_abertura: z.string(),
  descricao_fechamento: z.string().nullable(),
  data_cadastro: z.string(),
  data_fechamento: z.string().nullable(),
  ip_cadastro: z.string().nullable(),
  id_usuario_responsavel: z.int().nullable(),
  id_setor_responsavel: z.int().nullable(),
  destino: z.enum(['usuario', 'setor']),
  status_fechamento: z.string().nullable(),
  id_motivo_fechamento_atendimento: z.int().nullable(),
  id_atendimento_status: z.int(),
  resultado_diagnostico: z.string().nullable(),
  nome_contato: z.string().nullable(),
  telefone_contato: z.string().nullable(),
  email_contato: z.string().nullable(),
  rascunho: z.boolean(),
  deleted_at: z.null(),
  id_origem_contato: z.null(),
  avaliacao: z.int().nullable(),
  comentario_avaliacao: z.string().nullable(),
  push_notification_enviado: z.boolean(),
  ...ticketClock,
});
export type NumberedTicket = z.input<typeof numberedTicket>;

export const editTicketAnswer = success({ atendimento: numberedTicket });

export const subscriberTicketsRequest = z
  .object({
    busca: searchKind(['codigo_cliente', 'cpf_cnpj', 'id_cliente_servico', 'protocolo']),
    termo_busca: searchTerm,
    limit: limit(50, 20),
    apenas_pendente: yesNo(true),
    order_by: oneOf(['data_cadastro', 'data_fechamento'], 'data_cadastro'),
    order_type: oneOf(['asc', 'desc'], 'asc'),
    ...window,
    tipo_data: oneOf(['data_cadastro', 'data_fechamento'], 'data_cadastro'),
  })
  .refine(windowInOrder, windowOutOfOrder);

export const subscriberTicketsAnswer = success({ atendimentos: z.array(namedTicket) });

/** In the list of all. */
const listedTicket = z.object({
  id_atendimento: z.int(),
  id_atendimento_status: z.int(),
  id_tipo_atendimento: z.int(),
  id_cliente_servico: z.int(),
  id_usuario_responsavel: z.int().nullable(),
  id_usuario_abertura: z.int().nullable(),
  protocolo: z.string(),
  data_cadastro: z.string(),
  data_fechamento: z.string().nullable(),
  rascunho: z.boolean(),
  status_fechamento: z.string().nullable(),
  descricao_fechamento: z.string().nullable(),
  id_motivo_fechamento_atendimento: z.int().nullable(),
  deleted_at: z.null(),
  avaliacao: z.int().nullable(),
  comentario_avaliacao: z.string().nullable(),
  ordem_servico_count: z.int(),
  ordem_servico_fechada: z.int(),
  ordem_servico_aberta: z.int(),
  /** Whether the one who asks takes part in it. */
  ingressado: z.boolean(),
  ...ticketClock,
  status: z.object({
    id_atendimento_status: z.int(),
    prefixo: z.string(),
    descricao: z.string(),
    cor: z.string(),
    abrir_ordem_servico: z.boolean(),
    display: z.string(),
  }),
  tipo_atendimento: z.object({ id_tipo_atendimento: z.int(), descricao: z.string(), checklists: z.tuple([]) }),
  /** The rest when it is asked for in `relacoes`. */
  cliente_servico: z
    .object({
      id_cliente_servico: z.int(),
      id_cliente: z.int(),
      id_servico: z.int(),
      numero_plano: z.int(),
      display: z.string(),
      endereco_numero_completo: z.string(),
      servico: z.object({ id_servico: z.int(), descricao: z.string() }),
      cliente: z.object({
        id_cliente: z.int(),
        ativo: z.boolean(),
        codigo_cliente: z.int(),
        nome_razaosocial: z.string(),
        display: z.string(),
      }),
    })
    .optional(),
  usuarios_responsaveis: z.array(z.object({ id: z.int(), name: z.string(), email: z.string().nullable() })).optional(),
  atendimento_mensagem: z.tuple([]).optional(),
});
export type ListedTicket = z.input<typeof listedTicket>;

export const allTicketsRequest = z
  .object({
    ...pageFields,
    ...window,
    tipo_data: oneOf(['data_cadastro', 'data_fechamento'], 'data_cadastro'),
    tipo_atendimento: optional(idList),
    status_atendimento: optional(idList),
    id_servico: optional(idList),
    relacoes: relations,
  })
  .refine(windowInOrder, windowOutOfOrder);

export const allTicketsAnswer = success({ paginacao: paging, atendimentos: z.array(listedTicket) });
