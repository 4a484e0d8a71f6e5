import type { z } from 'zod';
import type { Access } from '../../erp/port.ts';
import type {
  ContractRecord,
  ContractState,
  InvoiceRecord,
  InvoiceStatus,
  MaintenanceRecord,
  PostalAddress,
  TicketRecord,
} from '../../isp/service.ts';
import type { contratoConsultado, manutencao, ocorrencia, titulo } from './wire.ts';

/** A contract's state as SGP numbers and names it. */
export interface StatusSeen {
  readonly code: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  readonly display: string;
  readonly reason: string;
}

/** Why a contract is suspended, in the words of `motivo_status`. */
export const suspensionReasons = { debt: 'Inadimplência', request: 'Solicitação do cliente', other: 'Outros' } as const;

const active = { code: 1, display: 'Ativo', reason: '' } as const;
const fresh = { code: 6, display: 'Novo', reason: '' } as const;
const suspended = { code: 4, display: 'Suspenso' } as const;

export const statusSeen: Readonly<Record<ContractState, StatusSeen>> = {
  active,
  reduced: { code: 7, display: 'Ativo V. Reduzida', reason: suspensionReasons.debt },
  installing: fresh,
  migrating: fresh,
  suspended_debt: { ...suspended, reason: suspensionReasons.debt },
  suspended_request: { ...suspended, reason: suspensionReasons.request },
  suspended_other: { ...suspended, reason: suspensionReasons.other },
  inactive: { code: 2, display: 'Inativo', reason: '' },
  infeasible: { code: 5, display: 'Inviabilidade Técnica', reason: '' },
  cancelled: { code: 3, display: 'Cancelado', reason: '' },
};

/** The states that SGP has under one number; empty for a number it does not have. */
export function statesOf(code: number): ContractState[] {
  return (Object.keys(statusSeen) as ContractState[]).filter((state) => statusSeen[state].code === code);
}

/** One contract of `consultacliente`. The order of the keys is the document's. */
export function contratoOf(record: ContractRecord, timeZone: string): z.input<typeof contratoConsultado> {
  const { code, display, reason } = statusSeen[record.state];
  const { installedAt: at } = record;
  return {
    razaoSocial: record.name,
    contratoStatusDisplay: display,
    promessasPagamentoMes: record.unlocksThisMonth,
    contratoValorAberto: reais(record.openCents),
    cpfCnpj: record.document,
    contratoStatus: code,
    contratoId: record.contractId,
    contratoStatusModo: 1,
    clienteId: record.subscriberId,
    contratoTitulosAReceber: record.openCount,
    motivo_status: reason,
    dataCadastro: wallClock(record.registeredAt, timeZone),
    planointernet: record.plan,
    servico_id: record.contractId,
    servico_plano: record.plan,
    servico_login: record.login ?? '',
    servico_mac: record.mac ?? '',
    servico_tipo_conexao: 'PPPoE',
    endereco_logradouro: at.street,
    endereco_numero: at.number,
    endereco_complemento: at.complement,
    endereco_bairro: at.district,
    endereco_cidade: at.city,
    endereco_uf: at.state,
    endereco_cep: cep(at.postalCode),
    popId: record.pop?.id ?? null,
    popNome: record.pop?.name ?? null,
    telefones: record.phones.map(dialled),
    emails: [...record.emails],
  };
}

export function enderecoOf(at: PostalAddress) {
  return {
    logradouro: at.street,
    numero: at.number,
    complemento: at.complement,
    bairro: at.district,
    cidade: at.city,
    uf: at.state,
    cep: cep(at.postalCode),
  };
}

const invoiceStatus = { open: 'aberto', paid: 'pago', cancelled: 'cancelado' } as const satisfies Record<
  InvoiceStatus,
  string
>;

/** @param link the address of its PDF */
export function tituloOf(invoice: InvoiceRecord, link: string): z.input<typeof titulo> {
  return {
    id: invoice.id,
    clienteContrato: invoice.contractId,
    numeroDocumento: invoice.number,
    link,
    link_cobranca: link,
    status: invoiceStatus[invoice.status],
    valor: reais(invoice.amountCents),
    valorCorrigido: reais(invoice.amountCents),
    valorPago: invoice.paidCents === null ? null : reais(invoice.paidCents),
    codigoBarras: invoice.barcode ?? '',
    linhaDigitavel: invoice.boletoLine ?? '',
    codigoPix: invoice.pixCode ?? '',
    dataVencimento: invoice.dueOn,
    dataEmissao: invoice.issuedOn,
    dataPagamento: invoice.paidOn,
    diasAtraso: invoice.daysLate,
  };
}

const accessSeen = {
  online: { status: 1, msg: 'Serviço Online' },
  offline: { status: 2, msg: 'Serviço Offline' },
  other: { status: 3, msg: 'Serviço indisponível' },
  concentrator_down: { status: 8, msg: 'Manutenção NAS' },
  maintenance: { status: 9, msg: 'Manutenção na região' },
} as const satisfies Record<Access['state'], unknown>;

/** `status`, `msg` and, when a return is forecast, `tempo` of `verificaacesso`. */
export function accessOf(access: Access, now: Date) {
  const { status, msg } = accessSeen[access.state];
  return {
    status,
    msg: access.message ?? msg,
    tempo: access.forecast === undefined ? undefined : duration(access.forecast.getTime() - now.getTime()),
  };
}

/** Time left as `1h30m`, a begun minute counting as one. */
export function duration(ms: number): string {
  const minutes = Math.max(1, Math.ceil(ms / 60_000));
  return `${Math.trunc(minutes / 60)}h${minutes % 60}m`;
}

/** The field in which each kind of place is listed. */
const placesOf = (part: MaintenanceRecord['part']) => {
  const { id, name } = part;
  const named = (kind: MaintenanceRecord['part']['kind']) => (part.kind === kind ? [{ id, nome: name }] : []);
  const equipment = (isIt: boolean) => (isIt ? named('equipment') : []);
  return {
    pops: part.kind === 'pop' ? [{ id, nome: name, cidade: part.city ?? '', uf: part.state ?? '' }] : [],
    nas: equipment(part.role === 'concentrator'),
    olts: equipment(part.role === 'olt'),
    equipamentos: [
      ...equipment(part.role !== 'concentrator' && part.role !== 'olt'),
      ...named('interface'),
      ...named('service_zone'),
    ],
    cidades: named('city'),
    bairros: named('district'),
  };
};

export function manutencaoOf(work: MaintenanceRecord, timeZone: string): z.input<typeof manutencao> {
  return {
    id: work.id,
    descricao: work.description,
    data_inicial: isoClock(work.startsAt, timeZone),
    data_final: work.expectedEndAt === null ? null : isoClock(work.expectedEndAt, timeZone),
    mensagem_ura: work.description,
    mensagem_central: work.description,
    ativa: work.goingOn ? 1 : 0,
    severidade: 'Média',
    ...placesOf(work.part),
  };
}

/** A notice to every caller, as work without a place. */
export function noticeOf(
  notice: { readonly id: string; readonly text: string; readonly forecast: Date | undefined },
  now: Date,
  timeZone: string,
): z.input<typeof manutencao> {
  return {
    id: -Number(notice.id),
    descricao: notice.text,
    data_inicial: isoClock(now, timeZone),
    data_final: notice.forecast === undefined ? null : isoClock(notice.forecast, timeZone),
    mensagem_ura: notice.text,
    mensagem_central: notice.text,
    ativa: 1,
    severidade: 'Alta',
    pops: [],
    nas: [],
    olts: [],
    equipamentos: [],
    cidades: [],
    bairros: [],
  };
}

const orderStatus = {
  awaiting_schedule: 'Aguardando agendamento',
  pending: 'Pendente',
  done: 'Encerrada',
  cancelled: 'Cancelada',
} as const;

export function ocorrenciaOf(ticket: TicketRecord, timeZone: string): z.input<typeof ocorrencia> {
  const at = (instant: Date | null) => (instant === null ? null : wallClock(instant, timeZone));
  const closed = ticket.status.state === 'closed';
  return {
    id: ticket.id,
    numero: ticket.protocol,
    protocolo: ticket.protocol,
    contrato: ticket.contract.id,
    cliente: ticket.contract.subscriber.name,
    tipo_id: ticket.kind.id,
    tipo: ticket.kind.name,
    status_id: closed ? 1 : 0,
    status: closed ? 'Encerrada' : 'Aberta',
    conteudo: ticket.openingText,
    metodo: 'URA',
    responsavel: ticket.assignedTo?.name ?? null,
    data_cadastro: wallClock(ticket.openedAt, timeZone),
    data_agendamento: at(ticket.orders.find((order) => order.scheduledFrom !== null)?.scheduledFrom ?? null),
    data_finalizacao: at(ticket.closedAt),
    ordens_servicos: ticket.orders.map((order) => ({
      id: order.id,
      motivo_id: order.reason.id,
      motivo: order.reason.name,
      status: orderStatus[order.status],
      data_agendamento: at(order.scheduledFrom),
      data_finalizacao: at(order.finishedAt),
    })),
  };
}

/** Whole cents as reais. */
export function reais(cents: number): number {
  return cents / 100;
}

/** `+5534999990000` as `(34) 99999-0000`; a number of another country as it is. */
export function dialled(phone: string): string {
  return phone.replace(/^\+55(\d{2})(\d{4,5})(\d{4})$/, '($1) $2-$3');
}

/** `21/11/2026 14:05:00` on the provider's wall clock. */
export function wallClock(instant: Date, timeZone: string): string {
  return formatter(timeZone).format(instant).replace(',', '');
}

/** `2026-11-21 14:05:00` likewise. */
function isoClock(instant: Date, timeZone: string): string {
  const [date = '', time = ''] = wallClock(instant, timeZone).split(' ');
  return `${date.split('/').toReversed().join('-')} ${time}`;
}

function cep(digits: string): string {
  return `${digits.slice(0, 5)}-${digits.slice(5)}`;
}

/** Made once for each time zone: making one takes longer than answering a request. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('pt-BR', {
    timeZone,
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  formatters.set(timeZone, made);
  return made;
}
