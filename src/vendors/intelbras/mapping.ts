import type { ReportedCall } from '../../calls/service.ts';
import type { Exchange } from '../../exchange/service.ts';
import { localDateTime } from '../../kernel/clock.ts';
import type { CallReport } from './wire.ts';

/** A call that is over as the manual's sample has one. What we know nothing of is empty, as most of it is there. */
export function callReport(
  call: ReportedCall,
  recording: { readonly name: string; readonly bytes: number | null } | undefined,
  exchange: Pick<Exchange, 'extension' | 'destination'>,
  timeZone: string,
): CallReport {
  const isInbound = call.direction === 'inbound';
  const extension = isInbound ? (call.answeredBy ?? '') : call.callerNumber;
  const number = isInbound ? call.callerNumber : call.dialled;
  return {
    id: call.requestId ?? call.serial,
    conta: extension,
    nomeoperador: exchange.extension(extension)?.callerName ?? '',
    ramal: extension,
    tipo: call.requestId === null ? kinds[call.direction] : 'CLICKTOCALL',
    chamada: isInbound ? 'E' : 'S',
    // When it ended: a program that goes on one second after the last row misses no call, however long it was.
    datahora: localDateTime(call.endedAt, timeZone),
    duracao: seconds(call.answeredAt === null ? 0 : call.endedAt.getTime() - call.answeredAt.getTime()),
    numero: number,
    tempofila: call.queueMs === null ? null : seconds(call.queueMs),
    abandonoramal: null,
    abandonofila: null,
    naoatendidas: call.answeredAt === null ? '1' : '0',
    statuschamada: dialStatus(call),
    grupo: exchange.destination(call.dialled).kind === 'group' ? call.dialled : '',
    aguardouatendimento: seconds(call.waitMs),
    uniqueid: call.uniqueid,
    gravacao: recording?.name ?? '',
    ip: '',
    backup: '',
    caminho: '',
    time: '',
    dac_aut: '',
    nota_atendimento: '',
    t_chamando: '',
    dialed_time: seconds(call.ringMs),
    tempo_pausa: '0',
    tempo_logado: '0',
    setor_nome: '',
    sidehangup: whoHungUp(call),
    // The client of the installation whose exchange it is ("Cliente Classe 5").
    cliente: call.tenant,
    campanha: '',
    id_mailing: '',
    tronco: call.trunk ?? '',
    codigo_conta: '--SEM CONTA',
    tipo_chamada: call.direction === 'internal' ? 'RAMAL' : kindOfNumber(number),
    operadora: '',
    call_entrada: isInbound ? call.dialled : '',
    ip_origem: '',
    operadora_cadup: '',
    log: '1',
    tarifa: '',
    modulacao: '',
    nota_atendimento2: '',
    valor_custo: '',
    valor_cobrado: '',
    protocolo: call.protocols.join(','),
    tag: '',
    tamanho_gravacao: String(recording?.bytes ?? ''),
    v5: '1',
    ura: call.flow ?? '',
    ftp: '',
    enlace: call.direction === 'internal' ? 'INTERNA' : 'EXTERNA',
  };
}

const kinds = { inbound: 'RECEBIDA', outbound: 'EFETUADA', internal: 'INTERNA' } as const;

function seconds(ms: number): string {
  return String(Math.round(ms / 1_000));
}

/** In Asterisk's words. */
function dialStatus({ answeredAt, endReason, hangUpCause }: ReportedCall): string {
  if (answeredAt !== null) return 'ANSWER';
  if (hangUpCause === userBusy) return 'BUSY';
  if (endReason === 'caller_hung_up') return 'CANCEL';
  return endReason === 'not_answered' ? 'NOANSWER' : 'CONGESTION';
}

/** Q.850. */
const userBusy = 17;

/** The operator is our side: who answers calls from outside, who places those to the outside. */
function whoHungUp({ endReason, direction }: ReportedCall): CallReport['sidehangup'] {
  if (endReason !== 'caller_hung_up' && endReason !== 'agent_hung_up') return 'SISTEMA';
  const callerIsOurs = direction === 'outbound';
  return (endReason === 'caller_hung_up') === callerIsOurs ? 'OPERADOR' : 'CLIENTE';
}

/** By its form alone: asking a library that knows every country's numbers took half of the time of a report. */
function kindOfNumber(number: string): string {
  if (/^(?:\+|00)(?!55)\d/.test(number)) return 'DDI';
  if (/^(?:\+55|0055|0)?\d{10,13}$/.test(number)) return 'DDD';
  return /^\d{8,9}$/.test(number) ? 'LOCAL' : '';
}
