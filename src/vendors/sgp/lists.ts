import type { Alert } from '../../erp/port.ts';
import { momentTold } from '../erp-readings.ts';
import type { MaintenanceRead, TicketRead } from './answers.ts';

/** The alerts for every caller among the works of `manutencao/list`: those going on that name no place. */
export function alertsOf(works: readonly MaintenanceRead[], now: Date, timeZone: string): Alert[] {
  return works
    .filter(
      (work) => work.ativa !== false && !Object.values(work).some((value) => Array.isArray(value) && value.length > 0),
    )
    .map((work) => {
      const forecast = momentTold(work.data_final, timeZone);
      return {
        id: work.id,
        // Our own server tells notices from outages by the sign; others have works only.
        kind: work.id.startsWith('-') ? 'notice' : 'outage',
        text: work.mensagem_ura ?? work.mensagem_central ?? work.descricao ?? 'Manutenção na rede.',
        forecast: forecast !== undefined && forecast > now ? forecast : undefined,
      };
    });
}

/** SGP's clock may differ from ours by this much. */
const clockSkewMs = 5 * 60_000;

/**
 * The ticket by which SGP records a trust unlock, among those of a contract.
 * @returns undefined when there is none of about that time or later; `earlier` when there are only older ones
 */
export function unlockTicket(
  tickets: readonly TicketRead[],
  since: Date,
  timeZone: string,
): TicketRead | 'earlier' | undefined {
  const unlocks = tickets.filter(({ tipo = '', conteudo = '' }) =>
    /promessa|confian[çc]a|libera[çc]/i.test(`${tipo} ${conteudo}`),
  );
  const dated = unlocks.map((ticket) => ({ ticket, at: momentTold(ticket.data_cadastro, timeZone)?.getTime() ?? 0 }));
  const latest = dated.toSorted((a, b) => b.at - a.at)[0];
  if (latest === undefined) return undefined;
  return latest.at >= since.getTime() - clockSkewMs ? latest.ticket : 'earlier';
}

export function protocolOfTicket({ numero, protocolo }: TicketRead): string | undefined {
  return (protocolo ?? numero)?.trim() || undefined;
}
