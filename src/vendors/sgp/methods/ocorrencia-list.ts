import { ocorrenciaOf } from '../mapping.ts';
import { uraMethod } from '../method.ts';
import { pageOf, paginacaoOf } from '../paging.ts';
import { documentOf, isId } from '../subject.ts';
import { ocorrenciaListAnswer, ocorrenciaListRequest } from '../wire.ts';

/** Tickets with their service orders, the latest first, at most 1,000 at once. */
export const ocorrenciaList = uraMethod({
  path: 'ocorrencia/list',
  summary: 'List tickets with their service orders.',
  request: ocorrenciaListRequest,
  answer: ocorrenciaListAnswer,
  async run({ office }, request) {
    const page = pageOf(request, 1_000);
    const { contrato, cpfcnpj, tipo, status } = request;
    const document = cpfcnpj === undefined ? undefined : documentOf(cpfcnpj);
    const ids = [contrato, tipo].filter((id) => id !== undefined);
    const none = !ids.every(isId) || (cpfcnpj !== undefined && document === undefined);
    const filter = {
      contract: contrato,
      document,
      kinds: tipo === undefined ? undefined : [tipo],
      protocol: request.ocorrencia,
      closed: status === undefined ? undefined : status !== 0,
      days: { of: 'opened' as const, from: request.data_cadastro_inicio, to: request.data_cadastro_fim },
    };
    const found = none
      ? { total: 0, rows: [] }
      : await office.tickets(filter, page, { by: 'opened', descending: true });
    return {
      paginacao: paginacaoOf(page, found),
      ocorrencias: found.rows.map((row) => ocorrenciaOf(row, office.timeZone)),
    };
  },
});
