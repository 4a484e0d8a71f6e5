import type { z } from 'zod';
import type { SessionHistory, SessionRecord, SessionTotals } from '../../../isp/service.ts';
import { brazilianInstant, offsetInstant } from '../dates.ts';
import type { sessionsAnswer } from '../wire/connection.ts';
import { shortServiceOf, shortSubscriberOf } from './subscriber.ts';

type Answer = z.input<typeof sessionsAnswer>;

/** `registros` of chapter 4.6. */
export function sessionOf(
  session: SessionRecord,
  { login, owner }: { readonly login: string; readonly owner: SessionHistory['owner'] },
  timeZone: string,
): Answer['registros'][number] {
  const { startedAt, endedAt } = session;
  return {
    acctstarttime: offsetInstant(startedAt, timeZone),
    acctstarttimebr: brazilianInstant(startedAt, timeZone),
    acctstoptime: endedAt === null ? null : offsetInstant(endedAt, timeZone),
    acctstoptimebr: endedAt === null ? null : brazilianInstant(endedAt, timeZone),
    calledstationid: session.calledStation,
    callingstationid: session.callingStation,
    download_megabytes: megabytes(session.downloadBytes),
    upload_megabytes: megabytes(session.uploadBytes),
    framedipaddress: session.address,
    nasipaddress: session.nasAddress,
    nasportid: session.nasPort,
    nasporttype: session.nasPortType,
    username: login,
    servico: shortServiceOf(owner),
    cliente: shortSubscriberOf(owner.subscriber),
  };
}

/**
 * `estatisticas` of chapter 4.6. The averages of its sample are what it would have moved in each second of some hours:
 * megabytes a second of connection.
 */
export function totalsOf({ sessions, downloadBytes, uploadBytes, seconds }: SessionTotals): Answer['estatisticas'] {
  const perSecond = (bytes: number) => (seconds > 0 ? megabytes(bytes / seconds) : 0);
  return {
    total_conexoes: sessions,
    download_total: megabytes(downloadBytes),
    upload_total: megabytes(uploadBytes),
    trafego_total: megabytes(downloadBytes + uploadBytes),
    media_download: perSecond(downloadBytes),
    media_upload: perSecond(uploadBytes),
  };
}

function megabytes(bytes: number): number {
  return Math.round((bytes / 1_048_576) * 100) / 100;
}
