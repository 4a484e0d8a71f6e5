import { z } from 'zod';
import { optional } from '../../liberal-values.ts';
import {
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
} from '../wire.ts';
import { idList, relations, wordList } from './fields.ts';
import { shortService, shortSubscriber } from './subscriber.ts';

/** The shapes of service orders (chapters 3.1, 4.2 and 4.11), and of the list of all that later versions have. */

export const orderStatus = ['pendente', 'aguardando_agendamento', 'finalizado'] as const;
export type OrderStatus = (typeof orderStatus)[number];

/** What an order begins with wherever it is shown; instants as `16/11/2018 10:58:21`. */
const orderHead = {
  id_ordem_servico: z.int(),
  numero_ordem_servico: z.string(),
  data_cadastro: z.string(),
  tipo: z.string(),
  data_inicio_programado: z.string().nullable(),
  data_termino_programado: z.string().nullable(),
  data_inicio_executado: z.string().nullable(),
  data_termino_executado: z.string().nullable(),
  descricao_abertura: z.string(),
  descricao_servico: z.string(),
  descricao_fechamento: z.string().nullable(),
  usuario_abertura: z.string().nullable(),
  usuario_fechamento: z.string().nullable(),
  status: z.enum(orderStatus),
  status_fechamento: z.string().nullable(),
};

const whose = { cliente: shortSubscriber, servico: shortService };

/** In the ticket that it was opened for. */
export const orderOfTicket = z.object({ ...orderHead, ...whose });

/** With the ticket that it was opened for. */
export const orderOfSubscriber = z.object({
  ...orderHead,
  atendimento: z
    .object({
      protocolo: z.string(),
      id_atendimento: z.int(),
      tipo_atendimento: z.string(),
      usuario_abertura: z.string().nullable(),
      usuario_responsavel: z.string().nullable(),
      usuario_fechamento: z.string().nullable(),
      /** `12/04/2018` */
      data_cadastro: z.string(),
      data_fechamento: z.string().nullable(),
      setor_responsavel: z.string().nullable(),
      status_fechamento: z.string().nullable(),
      motivo_fechamento: z.string().nullable(),
    })
    .nullable(),
  ...whose,
});

export const subscriberOrdersRequest = z
  .object({
    busca: searchKind(['codigo_cliente', 'cpf_cnpj', 'id_cliente_servico', 'numero_ordem_servico']),
    termo_busca: optional(searchTerm),
    limit: limit(50, 20),
    status: optional(wordList(orderStatus)),
    order_by: oneOf(['data_cadastro', 'data_inicio_programado'], 'data_cadastro'),
    order_type: oneOf(['asc', 'desc'], 'desc'),
    ...window,
  })
  .refine(windowInOrder, windowOutOfOrder);

export const subscriberOrdersAnswer = success({ ordens_servico: z.array(orderOfSubscriber) });

/** In the list of all; instants as `2024-05-31 08:00:00`, subscriber, service and address as text. */
export const listedOrder = z.object({
  id_ordem_servico: z.int(),
  numero: z.int(),
  tipo: z.string(),
  data_inicio_programado: z.string().nullable(),
  data_termino_programado: z.string().nullable(),
  data_inicio_executado: z.string().nullable(),
  data_termino_executado: z.string().nullable(),
  data_cadastro: z.string(),
  descricao_abertura: z.string(),
  descricao_servico: z.string(),
  descricao_fechamento: z.string().nullable(),
  status: z.string(),
  tecnicos: z.array(z.object({ id: z.int(), name: z.string() })).optional(),
  disponibilidade: z.string(),
  cliente: z.string(),
  servico: z.string(),
  endereco_instalacao: z.string(),
});

export const allOrdersRequest = z
  .object({
    ...pageFields,
    ...window,
    tipo_data: oneOf(
      [
        'data_inicio_programado',
        'data_cadastro',
        'data_termino_programado',
        'data_inicio_executado',
        'data_termino_executado',
      ],
      'data_inicio_programado',
    ),
    status: optional(wordList(orderStatus)),
    tecnico: optional(idList),
    tipo_ordem_servico: optional(idList),
    id_servico: optional(idList),
    relacoes: relations,
  })
  .refine(windowInOrder, windowOutOfOrder);

export const allOrdersAnswer = success({ paginacao: paging, ordens_servico: z.array(listedOrder) });
