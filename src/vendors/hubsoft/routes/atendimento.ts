import { apiOrderReasonId, type EditRejection, type TicketRejection } from '../../../isp/service.ts';
import { type Refusal, refuse, refuseValueOf } from '../answers.ts';
import { namedTicketOf, numberedTicketOf } from '../mapping/ticket.ts';
import { type ApiCall, apiRoute } from '../route.ts';
import { editTicketAnswer, editTicketRequest, openTicketAnswer, openTicketRequest } from '../wire/ticket.ts';

const hour = 3_600_000;

/** Chapter 3.1: a ticket, with a service order where `abrir_os` says so. */
export const atendimentoStore = apiRoute({
  method: 'POST',
  path: 'atendimento',
  summary: 'Open a ticket, and a service order with it.',
  request: openTicketRequest,
  answer: openTicketAnswer,
  async run(call, request) {
    const { office, caller, actKey, signal } = call;
    const { id_cliente_servico: contractId, abrir_os = false, parametros_fechamento: closing } = request;
    const order = request.parametros_ordem_servico ?? {};
    const now = office.now().getTime();
    const opened = await office.openTicket(
      {
        contractId,
        kindId: request.id_tipo_atendimento,
        statusId: request.id_atendimento_status,
        assignedToId: request.id_usuario_responsavel,
        // As in the documentation's samples.
        text: `${request.descricao} | ATENDIMENTO ABERTO VIA API`,
        key: actKey(contractId),
        contactName: request.nome,
        contactPhone: request.telefone,
        contactEmail: request.email,
        parameters: request.parametros,
        askedBy: caller.name,
        origin: 'api',
        order: abrir_os
          ? {
              reasonId: order.id_tipo_ordem_servico ?? apiOrderReasonId,
              status: order.status === 'pendente' ? 'pending' : 'awaiting_schedule',
              technicianIds: order.ids_tecnicos,
              // HubSoft has no order without a slot; the sample's is the second hour from now.
              slot: { from: new Date(now + hour), to: new Date(now + 2 * hour) },
            }
          : undefined,
        closing: closing === undefined ? undefined : closingOf(closing),
      },
      signal,
    );
    if (typeof opened === 'string') return refuseValueOf(wrongField[opened]);
    const ticket = await ticketOf(call, { protocol: opened.protocol });
    const visit = ' Foi aberto também uma ordem de serviço e encaminhada ao setor responsável';
    return {
      status: 'success' as const,
      msg: `Atendimento aberto com sucesso. Anote o protocolo: ${opened.protocol}.${ticket.orders.length > 0 ? visit : ''}`,
      atendimento: namedTicketOf(ticket, office.timeZone),
    };
  },
});

/** Chapter 3.2: edits a ticket, and closes it with its service orders. */
export const atendimentoUpdate = apiRoute({
  method: 'PUT',
  path: 'atendimento/:id',
  summary: 'Edit a ticket, or close it with its service orders.',
  request: editTicketRequest,
  answer: editTicketAnswer,
  async run(call, request) {
    const { office, caller } = call;
    const { id, fechar_atendimento: closes, id_atendimento_status: statusId, id_tipo_atendimento: kindId } = request;
    if (closes && statusId !== undefined) return refuse('Não é possível alterar o status e fechar ao mesmo tempo');
    if (closes && kindId !== undefined) {
      return refuse('Não é possível alterar o tipo de atendimento e fechar ao mesmo tempo');
    }
    const outcome = await office.editTicket(id, {
      text: request.descricao,
      parameters: request.parametros,
      statusId,
      kindId,
      closing: closes ? closingOf(request.parametros_fechamento ?? {}) : undefined,
      askedBy: caller.name,
    });
    if (outcome !== 'edited') return refusedEdit(outcome, id);
    const ticket = await ticketOf(call, { id });
    return {
      status: 'success' as const,
      msg: 'Atendimento atualizado com sucesso',
      atendimento: numberedTicketOf(ticket, office.timeZone, office.now()),
    };
  },
});

const wrongField: Readonly<Record<TicketRejection, string>> = {
  not_found: 'id_cliente_servico',
  unknown_kind: 'id_tipo_atendimento',
  unknown_reason: 'parametros_ordem_servico.id_tipo_ordem_servico',
  unknown_status: 'id_atendimento_status',
  unknown_staff_member: 'id_usuario_responsavel ou parametros_ordem_servico.ids_tecnicos',
  unknown_closing_reason: 'parametros_fechamento.id_motivo_fechamento_atendimento',
};

function refusedEdit(rejection: EditRejection, id: number): Refusal {
  if (rejection === 'not_found') return refuse(`Atendimento de ID ${id} não encontrado`);
  if (rejection === 'already_closed') return refuse(`O atendimento de ID ${id} já está fechado`);
  return refuseValueOf(wrongField[rejection]);
}

function closingOf(given: {
  id_motivo_fechamento_atendimento?: number | undefined;
  descricao_fechamento?: string | undefined;
  status_fechamento?: string | undefined;
}) {
  const { id_motivo_fechamento_atendimento: reasonId, descricao_fechamento: text, status_fechamento: result } = given;
  return { reasonId, text, result };
}

/** A ticket that there is. */
async function ticketOf({ office }: ApiCall, filter: { readonly id: number } | { readonly protocol: string }) {
  const { rows } = await office.tickets(filter, { offset: 0, limit: 1 }, { by: 'opened', descending: false });
  const [ticket] = rows;
  if (ticket === undefined) throw new RangeError('The ticket that was just written is not there.');
  return ticket;
}
