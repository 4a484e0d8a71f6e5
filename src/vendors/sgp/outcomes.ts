import type {
  Access,
  InvoiceSent,
  SendNothing,
  SendRefusal,
  TicketOpened,
  Unlocked,
  UnlockNothing,
  UnlockRefusal,
} from '../../erp/port.ts';
import { addDays, daysBetween } from '../../kernel/clock.ts';
import { done, nothingToDo, type Outcome, refused, unavailable } from '../../kernel/outcome.ts';
import type { StatusRead } from './answers.ts';

/**
 * What the `status` of an act means, by the specification's lists. `msg` is looked at only where a status has several
 * meanings, and is kept nowhere: that of a grant carries the subscriber's login.
 */

const notFound =
  /contrato.*n[ãa]o (?:foi )?(?:localizado|encontrado)|n[ãa]o (?:foi )?(?:localizado|encontrado).*contrato/i;

/** 1 freed, 2 refused, 0 nothing done. @param today in the provider's time zone */
export function unlockOutcome(answer: StatusRead, today: string): Outcome<Unlocked, UnlockRefusal, UnlockNothing> {
  const { status, msg = '' } = answer;
  if (status === 1 && answer.liberado !== false)
    return done({ protocol: protocolOf(answer), ...termsOf(answer, today) });
  if (status === 2) return refused(msg === '' || /utilizad|m[êe]s/i.test(msg) ? 'already_used' : 'not_allowed');
  if (status !== 0) return unavailable('unknown', 'SGP says of the unlock both that it was made and that it was not.');
  if (notFound.test(msg)) return nothingToDo('not_found');
  if (/cancelad/i.test(msg)) return nothingToDo('cancelled');
  return /suspens|ativo|liberad/i.test(msg) ? nothingToDo('not_suspended') : refused('not_allowed');
}

/** Either of both is reckoned from the other. The first version told neither. */
function termsOf({ liberado_dias: days, data_promessa: until }: StatusRead, today: string) {
  return {
    days: days ?? (until === undefined ? undefined : Math.max(daysBetween(today, until), 0)),
    until: until ?? (days === undefined ? undefined : addDays(today, days)),
  };
}

/** 1 sent, 2 no contact of that kind, 9 delivery error, 0 nothing done. It does not tell where it went. */
export function invoiceOutcome(answer: StatusRead): Outcome<InvoiceSent, SendRefusal, SendNothing> {
  const { status, msg = '' } = answer;
  if (status === 1) return done({ protocol: protocolOf(answer), to: undefined });
  if (status === 2) return refused('no_contact');
  if (status === 9) return refused('contact_refused');
  if (status !== 0) return unavailable('unknown', 'SGP answered with a status that the specification does not have.');
  return notFound.test(msg) ? nothingToDo('not_found') : nothingToDo('no_open_invoice');
}

/** 1 opened, 0 not. */
export function ticketOutcome(answer: StatusRead): Outcome<TicketOpened, 'rejected', 'not_found'> {
  const { status, msg = '' } = answer;
  if (status === 1) return done({ protocol: protocolOf(answer) });
  if (status !== 0) return unavailable('unknown', 'SGP answered with a status that the specification does not have.');
  return notFound.test(msg) ? nothingToDo('not_found') : refused('rejected');
}

/** 1 notified, 0 not. */
export function noticeOutcome({ status, msg = '' }: StatusRead): Outcome<null, 'not_possible', 'not_found'> {
  if (status === 1) return done(null);
  return notFound.test(msg) ? nothingToDo('not_found') : refused('not_possible');
}

const states: Readonly<Record<number, Access['state']>> = {
  1: 'online',
  2: 'offline',
  3: 'other',
  8: 'concentrator_down',
  9: 'maintenance',
};

/** 1 online, 2 offline, 3 other, 8 concentrator offline, 9 maintenance on the way, 0 nothing done. */
export function accessOutcome(
  { status, msg = '', tempo = '' }: StatusRead,
  now: Date,
): Outcome<Access, never, 'not_found'> {
  const state = states[status];
  if (state === undefined && notFound.test(msg)) return nothingToDo('not_found');
  const isKnownFault = state === 'concentrator_down' || state === 'maintenance';
  const inMs = isKnownFault ? durationMs(tempo) : undefined;
  return done({
    state: state ?? 'other',
    message: msg.trim() || undefined,
    forecast: inMs === undefined ? undefined : new Date(now.getTime() + inMs),
  });
}

/** `1h30m`, `2h`, `45m`, `1h30` or `01:30`; undefined for what is none, and for no time at all. */
export function durationMs(text: string): number | undefined {
  const [, days = 0, hours = 0, minutes = 0] =
    /^\s*(?:(\d+)\s*d\w*)?\s*(?:(\d+)\s*[h:]\w*?)?\s*(?:(\d+)\s*m?\w*)?\s*$/i.exec(text) ?? [];
  const ms = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000;
  return ms > 0 ? ms : undefined;
}

function protocolOf({ protocolo = '' }: StatusRead): string | undefined {
  return protocolo.trim() || undefined;
}
