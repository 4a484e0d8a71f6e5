import { Temporal } from 'temporal-polyfill';
import type { z } from 'zod';
import type { LastConnection } from '../../../isp/service.ts';
import { brazilianInstant, offsetInstant } from '../dates.ts';
import type { lastConnection } from '../wire/subscriber.ts';

/** `ultima_conexao` of a service; an empty list when it has never connected. */
export function lastConnectionOf(
  session: LastConnection | undefined,
  now: Date,
  timeZone: string,
): z.input<typeof lastConnection> | never[] {
  if (session === undefined) return [];
  const { startedAt, endedAt, address, nasAddress } = session;
  const state = endedAt === null ? 'CONECTADO' : 'DESCONECTADO';
  const since = `${state} HÁ ${elapsed(endedAt ?? startedAt, now, timeZone)}`;
  return {
    conectado: endedAt === null,
    ultima_conexao_datetime: offsetInstant(startedAt, timeZone),
    ultima_desconexao_datetime: endedAt === null ? null : offsetInstant(endedAt, timeZone),
    ultima_conexao: brazilianInstant(startedAt, timeZone),
    ultima_desconexao: endedAt === null ? null : brazilianInstant(endedAt, timeZone),
    ultimo_ipv4: address,
    ultimo_nas_ip: nasAddress,
    status_txt: `${since} - ${address ?? ''}(${nasAddress})`,
    status_txt_resumido: since,
  };
}

/** Months of the calendar, days, hours and minutes; none when the concentrator's clock is ahead of ours. */
function elapsed(from: Date, to: Date, timeZone: string): string {
  const [start, end] = [from, to].map((at) =>
    Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone),
  ) as [Temporal.ZonedDateTime, Temporal.ZonedDateTime];
  const { months, days, hours, minutes } =
    from > to ? new Temporal.Duration() : start.until(end, { largestUnit: 'months' });
  return `${months} MES(ES), ${days} DIA(S), ${hours} HORA(S) e ${minutes} MINUTO(S)`;
}
