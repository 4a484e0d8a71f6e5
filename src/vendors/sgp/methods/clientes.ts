import type { z } from 'zod';
import type { BackOffice, ContractRecord, SubscriberEntry, SubscriberFilter } from '../../../isp/service.ts';
import { dialled, enderecoOf, reais, statesOf, statusSeen, tituloOf, wallClock } from '../mapping.ts';
import { uraMethod } from '../method.ts';
import { pageOf, paginacaoOf } from '../paging.ts';
import { documentOf, isId, phoneOf } from '../subject.ts';
import { clientesAnswer, clientesRequest, type titulo } from '../wire.ts';

type Titulo = z.input<typeof titulo>;

const mostInvoices = 5_000;

/** The list of subscribers with their contracts and open invoices, at most 100 at once. */
export const clientes = uraMethod({
  path: 'clientes',
  summary: 'List subscribers with their contracts and open invoices, or find some.',
  request: clientesRequest,
  answer: clientesAnswer,
  async run({ office }, request) {
    const page = pageOf(request, 100);
    const filter = filterOf(request);
    const found = filter === undefined ? { total: 0, rows: [] } : await office.subscribers(filter, page);
    const records = await office.contracts({ subscribers: found.rows.map((row) => row.id) });
    const byContract = request.omitir_titulos === true ? undefined : await openInvoices(office, records);
    const bySubscriber = Map.groupBy(records, (record) => record.subscriberId);
    return {
      paginacao: paginacaoOf(page, found),
      clientes: found.rows.map((row) => {
        const contracts = bySubscriber.get(row.id) ?? [];
        return {
          ...clienteOf(row, contracts, office.timeZone),
          ...(request.omitir_contatos === true ? {} : { contatos: contatosOf(contracts) }),
          ...(request.omitir_contratos === true
            ? {}
            : { contratos: contracts.map((each) => contratoOf(each, byContract, office.timeZone)) }),
          ...(byContract === undefined
            ? {}
            : { titulos: contracts.flatMap((each) => byContract.get(each.contractId) ?? []) }),
        };
      }),
    };
  },
});

/** Undefined when nobody can be meant: a document or telephone that is none, an id or status there is not. */
function filterOf(request: z.output<typeof clientesRequest>): SubscriberFilter | undefined {
  const { cliente_id, contrato, cpfcnpj, telefone, contrato_status, cliente_nome, login } = request;
  const document = cpfcnpj === undefined ? undefined : documentOf(cpfcnpj);
  const phone = telefone === undefined ? undefined : phoneOf(telefone);
  const states = contrato_status === undefined ? undefined : statesOf(contrato_status);
  const ids = [cliente_id, contrato].filter((id) => id !== undefined);
  if (!ids.every(isId) || states?.length === 0) return undefined;
  if ((cpfcnpj !== undefined && document === undefined) || (telefone !== undefined && phone === undefined)) {
    return undefined;
  }
  return { id: cliente_id, contract: contrato, document, phone, states, name: cliente_nome, login };
}

async function openInvoices(office: BackOffice, records: readonly ContractRecord[]): Promise<Map<number, Titulo[]>> {
  const contracts = records.map((record) => record.contractId);
  const { rows } = await office.invoices({ contracts, status: 'open' }, { offset: 0, limit: mostInvoices });
  const links = await office.invoiceLinks(rows.map((row) => row.id));
  return Map.groupBy(
    rows.map((row) => tituloOf(row, links.get(row.id) ?? '')),
    (each) => each.clienteContrato,
  );
}

function clienteOf(row: SubscriberEntry, contracts: readonly ContractRecord[], timeZone: string) {
  const [first] = contracts;
  return {
    id: row.id,
    nome: row.name,
    cpfcnpj: row.document,
    tipo: row.kind === 'company' ? ('J' as const) : ('F' as const),
    dataCadastro: wallClock(row.registeredAt, timeZone),
    endereco: first === undefined ? null : enderecoOf(first.installedAt),
  };
}

function contatosOf([first]: readonly ContractRecord[]) {
  return { telefones: (first?.phones ?? []).map(dialled), emails: [...(first?.emails ?? [])] };
}

function contratoOf(record: ContractRecord, titulos: Map<number, Titulo[]> | undefined, timeZone: string) {
  const { code, display, reason } = statusSeen[record.state];
  const login = record.login ?? '';
  return {
    id: record.contractId,
    contrato: record.contractId,
    status: display,
    contratoStatus: code,
    motivo_status: reason,
    dataCadastro: wallClock(record.registeredAt, timeZone),
    plano: record.plan,
    login,
    valor: reais(record.priceCents),
    valorAberto: reais(record.openCents),
    promessasPagamentoMes: record.unlocksThisMonth,
    endereco: enderecoOf(record.installedAt),
    servicos: [
      { id: record.contractId, tipo: 'internet', plano: { id: record.planId, descricao: record.plan }, login },
    ],
    ...(titulos === undefined ? {} : { titulos: titulos.get(record.contractId) ?? [] }),
  };
}
