import type { TicketRecord } from '../../../isp/service.ts';
import { nationalPhone } from '../../../kernel/phone-number.ts';
import { brazilianDayOf, brazilianMinute, isoInstant } from '../dates.ts';
import type { ListedTicket, NamedTicket, NumberedTicket } from '../wire/ticket.ts';
import { contractInWords, orderOfTicketOf } from './service-order.ts';
import { shortSubscriberOf } from './subscriber.ts';
import { ticketClockOf } from './ticket-clock.ts';

/** With the names of its people and lists. */
export function namedTicketOf(ticket: TicketRecord, timeZone: string): NamedTicket {
  return {
    id_atendimento: ticket.id,
    protocolo: ticket.protocol,
    descricao_abertura: ticket.openingText,
    descricao_fechamento: ticket.closingText,
    tipo_atendimento: ticket.kind.name,
    usuario_abertura: ticket.openedBy?.name ?? null,
    usuario_responsavel: ticket.assignedTo?.name ?? null,
    usuario_fechamento: ticket.closedBy?.name ?? null,
    data_cadastro: brazilianDayOf(ticket.openedAt, timeZone),
    data_fechamento: ticket.closedAt === null ? null : brazilianDayOf(ticket.closedAt, timeZone),
    setor_responsavel: ticket.department?.name ?? null,
    status_fechamento: ticket.closingResult,
    motivo_fechamento: ticket.closingReason?.name ?? null,
    status: ticket.status.name,
    cliente: shortSubscriberOf(ticket.contract.subscriber),
    ordens_servico: ticket.orders.map((order) => orderOfTicketOf(order, timeZone)),
  };
}

/** With the ids of its people and lists. */
export function numberedTicketOf(ticket: TicketRecord, timeZone: string, now: Date): NumberedTicket {
  return {
    id_atendimento: ticket.id,
    protocolo: ticket.protocol,
    id_cliente_servico: ticket.contract.id,
    id_tipo_atendimento: ticket.kind.id,
    id_usuario_abertura: ticket.openedBy?.id ?? null,
    id_usuario_fechamento: ticket.closedBy?.id ?? null,
    descricao_abertura: ticket.openingText,
    descricao_fechamento: ticket.closingText,
    data_cadastro: isoInstant(ticket.openedAt, timeZone),
    data_fechamento: ticket.closedAt === null ? null : isoInstant(ticket.closedAt, timeZone),
    ip_cadastro: ticket.originIp,
    id_usuario_responsavel: ticket.assignedTo?.id ?? null,
    id_setor_responsavel: ticket.department?.id ?? null,
    destino: ticket.assignedTo === null && ticket.department !== null ? 'setor' : 'usuario',
    status_fechamento: ticket.closingResult,
    id_motivo_fechamento_atendimento: ticket.closingReason?.id ?? null,
    id_atendimento_status: ticket.status.id,
    resultado_diagnostico: ticket.diagnosis,
    nome_contato: ticket.contactName,
    telefone_contato: ticket.contactPhone === null ? null : nationalPhone(ticket.contactPhone),
    email_contato: ticket.contactEmail,
    rascunho: ticket.draft,
    deleted_at: null,
    id_origem_contato: null,
    avaliacao: ticket.rating,
    comentario_avaliacao: ticket.ratingComment,
    push_notification_enviado: false,
    ...clockOf(ticket, timeZone, now),
  };
}

/** What of a ticket is told in the list of all only when it is asked for. */
export interface TicketRelations {
  readonly service: boolean;
  readonly assigned: boolean;
  readonly messages: boolean;
}

/** As it stands in the list of all. */
export function listedTicketOf(
  ticket: TicketRecord,
  timeZone: string,
  now: Date,
  { service, assigned, messages }: TicketRelations,
): ListedTicket {
  const open = ticket.orders.filter(({ status }) => status === 'awaiting_schedule' || status === 'pending');
  return {
    id_atendimento: ticket.id,
    id_atendimento_status: ticket.status.id,
    id_tipo_atendimento: ticket.kind.id,
    id_cliente_servico: ticket.contract.id,
    id_usuario_responsavel: ticket.assignedTo?.id ?? null,
    id_usuario_abertura: ticket.openedBy?.id ?? null,
    protocolo: ticket.protocol,
    data_cadastro: isoInstant(ticket.openedAt, timeZone),
    data_fechamento: ticket.closedAt === null ? null : isoInstant(ticket.closedAt, timeZone),
    rascunho: ticket.draft,
    status_fechamento: ticket.closingResult,
    descricao_fechamento: ticket.closingText,
    id_motivo_fechamento_atendimento: ticket.closingReason?.id ?? null,
    deleted_at: null,
    avaliacao: ticket.rating,
    comentario_avaliacao: ticket.ratingComment,
    ordem_servico_count: ticket.orders.length,
    ordem_servico_fechada: ticket.orders.length - open.length,
    ordem_servico_aberta: open.length,
    ingressado: false,
    ...clockOf(ticket, timeZone, now),
    status: statusOf(ticket.status),
    tipo_atendimento: { id_tipo_atendimento: ticket.kind.id, descricao: ticket.kind.name, checklists: [] },
    ...(service ? { cliente_servico: serviceOf(ticket.contract) } : {}),
    ...(assigned ? { usuarios_responsaveis: ticket.assignedTo === null ? [] : [ticket.assignedTo] } : {}),
    ...(messages ? { atendimento_mensagem: [] } : {}),
  };
}

const seenStates = {
  awaiting_review: { prefixo: 'aguardando_analise', cor: 'md-deep-orange-A700-bg' },
  pending: { prefixo: 'pendente', cor: 'md-purple-900-bg' },
  closed: { prefixo: 'fechado', cor: 'md-green-800-bg' },
} as const;

function statusOf({ id, name, state }: TicketRecord['status']): ListedTicket['status'] {
  const { prefixo, cor } = seenStates[state];
  return { id_atendimento_status: id, prefixo, descricao: name, cor, abrir_ordem_servico: false, display: name };
}

function serviceOf(contract: TicketRecord['contract']): NonNullable<ListedTicket['cliente_servico']> {
  const { id, number, planId, plan, subscriber } = contract;
  const { cliente, servico, endereco_instalacao } = contractInWords(contract);
  return {
    id_cliente_servico: id,
    id_cliente: subscriber.id,
    id_servico: planId,
    numero_plano: number,
    display: servico,
    endereco_numero_completo: endereco_instalacao,
    servico: { id_servico: planId, descricao: plan },
    cliente: {
      id_cliente: subscriber.id,
      ativo: subscriber.active,
      codigo_cliente: subscriber.code,
      nome_razaosocial: subscriber.name,
      display: cliente,
    },
  };
}

function clockOf({ openedAt, closedAt }: TicketRecord, timeZone: string, now: Date) {
  return {
    data_cadastro_br: brazilianMinute(openedAt, timeZone),
    data_cadastro_timestamp: wholeSecond(openedAt),
    data_fechamento_br: closedAt === null ? null : brazilianMinute(closedAt, timeZone),
    data_fechamento_timestamp: closedAt === null ? null : wholeSecond(closedAt),
    ...ticketClockOf(openedAt, closedAt ?? now),
  };
}

/** In milliseconds, the same second as the other fields say. */
function wholeSecond(at: Date): number {
  return Math.floor(at.getTime() / 1_000) * 1_000;
}
