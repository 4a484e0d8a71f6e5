import { uraMethod } from '../method.ts';
import { callerOf, contractNotFound, echoOf, identityOf, isId, severalContracts, subjectOf } from '../subject.ts';
import { chamadoAnswer, chamadoRequest, severalContractsAnswer } from '../wire.ts';

/** What the document says is meant when nothing is said. */
const defaults = { ocorrenciatipo: 5, motivoos: '40' } as const;

const rejections = {
  not_found: contractNotFound,
  unknown_kind: 'Tipo de Ocorrência inválido',
  unknown_reason: 'Motivo de Ordem de Serviço inválido',
  unknown_status: 'Status inválido',
  unknown_staff_member: 'Responsável inválido',
  unknown_closing_reason: 'Motivo de Encerramento inválido',
} as const;

/** Source document, section 6: a ticket, with a service order unless `desativa_os` says otherwise. */
export const chamado = uraMethod({
  path: 'chamado',
  summary: 'Open a ticket, by default with a service order.',
  request: chamadoRequest,
  answer: chamadoAnswer.or(severalContractsAnswer),
  async run({ office, actKey }, request) {
    const subject = await subjectOf(office, request);
    if (subject.kind === 'several') return severalContracts;
    const contract = subject.kind === 'one' ? subject.contract : undefined;
    const about = identityOf(contract);
    const echo = echoOf(request, contract);
    const opened = contract === undefined ? 'not_found' : await open(contract.contractId);
    if (typeof opened === 'string') return { status: 0 as const, ...about, msg: rejections[opened], ...echo };
    return { status: 1 as const, ...about, protocolo: opened.protocol, ...echo };

    async function open(contractId: number) {
      const { ocorrenciatipo = defaults.ocorrenciatipo, motivoos = defaults.motivoos, desativa_os } = request;
      const orderReasonId = Number(motivoos);
      if (!isId(ocorrenciatipo)) return 'unknown_kind';
      if (desativa_os !== true && !(Number.isInteger(orderReasonId) && isId(orderReasonId))) return 'unknown_reason';
      return office.openTicket(
        {
          contractId,
          kindId: ocorrenciatipo,
          order: desativa_os === true ? undefined : { reasonId: orderReasonId },
          text: [request.conteudo ?? 'Chamado aberto via URA', request.observacao].filter(Boolean).join('\n'),
          key: actKey(contractId),
          contactPhone: request.contato_telefone ?? callerOf(request.uracontato),
          contactName: request.contato_nome,
          department: request.setor,
        },
        new AbortController().signal,
      );
    }
  },
});
