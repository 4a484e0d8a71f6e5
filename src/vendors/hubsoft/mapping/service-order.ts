import type { z } from 'zod';
import type { ServiceOrderRecord, ServiceOrderStatus } from '../../../isp/service.ts';
import { brazilianDayOf, brazilianInstant, isoInstant } from '../dates.ts';
import type { listedOrder, OrderStatus, orderOfSubscriber, orderOfTicket } from '../wire/service-order.ts';
import { shortServiceOf, shortSubscriberOf } from './subscriber.ts';

/** HubSoft has three statuses; how one that is done was closed is told by `status_fechamento`. */
const seen: Readonly<Record<ServiceOrderStatus, { readonly status: OrderStatus; readonly display: string }>> = {
  awaiting_schedule: { status: 'aguardando_agendamento', display: 'Aguardando Agendamento' },
  pending: { status: 'pendente', display: 'Pendente' },
  done: { status: 'finalizado', display: 'Finalizado' },
  cancelled: { status: 'finalizado', display: 'Finalizado' },
};

/** Our statuses that have one of HubSoft's. */
export function statusesOf(wanted: readonly OrderStatus[]): ServiceOrderStatus[] {
  return (Object.keys(seen) as ServiceOrderStatus[]).filter((status) => wanted.includes(seen[status].status));
}

/** As it stands in its ticket. */
export function orderOfTicketOf(order: ServiceOrderRecord, timeZone: string): z.input<typeof orderOfTicket> {
  return { ...headOf(order, timeZone), ...whoseOf(order) };
}

/** As it stands by itself. */
export function orderOfSubscriberOf(order: ServiceOrderRecord, timeZone: string): z.input<typeof orderOfSubscriber> {
  const { ticket } = order;
  return {
    ...headOf(order, timeZone),
    atendimento:
      ticket === null
        ? null
        : {
            protocolo: ticket.protocol,
            id_atendimento: ticket.id,
            tipo_atendimento: ticket.kind,
            usuario_abertura: ticket.openedBy,
            usuario_responsavel: ticket.assignedTo,
            usuario_fechamento: ticket.closedBy,
            data_cadastro: brazilianDayOf(ticket.openedAt, timeZone),
            data_fechamento: ticket.closedAt === null ? null : brazilianDayOf(ticket.closedAt, timeZone),
            setor_responsavel: ticket.department,
            status_fechamento: ticket.closingResult,
            motivo_fechamento: ticket.closingReason,
          },
    ...whoseOf(order),
  };
}

/** As it stands in the list of all. */
export function listedOrderOf(
  order: ServiceOrderRecord,
  timeZone: string,
  withTechnicians: boolean,
): z.input<typeof listedOrder> {
  const at = (instant: Date | null) => (instant === null ? null : isoInstant(instant, timeZone));
  return {
    id_ordem_servico: order.id,
    numero: order.id,
    tipo: order.reason.name,
    data_inicio_programado: at(order.scheduledFrom),
    data_termino_programado: at(order.scheduledTo),
    data_inicio_executado: at(order.startedAt),
    data_termino_executado: at(order.finishedAt),
    data_cadastro: isoInstant(order.openedAt, timeZone),
    descricao_abertura: order.openingText,
    descricao_servico: order.serviceText,
    descricao_fechamento: order.closingText,
    status: seen[order.status].display,
    ...(withTechnicians ? { tecnicos: [...order.technicians] } : {}),
    disponibilidade: 'Não Informada',
    ...contractInWords(order.contract),
  };
}

/** Subscriber, service and address on a line each: `(2123) PABLO…`, `(10) FIBRA…`, `RUA 1, 150 - CENTRO, …/MG | CEP: 35560-000`. */
export function contractInWords({ number, plan, subscriber, installedAt: at }: ServiceOrderRecord['contract']) {
  const complement = at.complement === null ? '' : `, ${at.complement}`;
  const place = `${at.street}, ${at.number}${complement} - ${at.district}, ${at.city}/${at.state}`.toUpperCase();
  return {
    cliente: `(${subscriber.code}) ${subscriber.name}`,
    servico: `(${number}) ${plan}`,
    endereco_instalacao: `${place} | CEP: ${at.postalCode.slice(0, 5)}-${at.postalCode.slice(5)}`,
  };
}

function headOf(order: ServiceOrderRecord, timeZone: string) {
  const at = (instant: Date | null) => (instant === null ? null : brazilianInstant(instant, timeZone));
  return {
    id_ordem_servico: order.id,
    numero_ordem_servico: String(order.id),
    data_cadastro: brazilianInstant(order.openedAt, timeZone),
    tipo: order.reason.name,
    data_inicio_programado: at(order.scheduledFrom),
    data_termino_programado: at(order.scheduledTo),
    data_inicio_executado: at(order.startedAt),
    data_termino_executado: at(order.finishedAt),
    descricao_abertura: order.openingText,
    descricao_servico: order.serviceText,
    descricao_fechamento: order.closingText,
    usuario_abertura: order.openedBy,
    usuario_fechamento: order.closedBy,
    status: seen[order.status].status,
    status_fechamento: order.closingResult,
  };
}

function whoseOf({ contract }: ServiceOrderRecord) {
  return { cliente: shortSubscriberOf(contract.subscriber), servico: shortServiceOf(contract) };
}
