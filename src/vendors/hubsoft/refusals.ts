import type { SendNothing, SendRefusal, UnlockNothing, UnlockRefusal } from '../../erp/port.ts';
import { nothingToDo, refused, unavailable } from '../../kernel/outcome.ts';
import type { EnvelopeRead } from './reads.ts';

/**
 * HubSoft refuses with HTTP 200, `status` error and a sentence; there are no codes. Each version words it in its own way, so
 * the sentences are known by the words that they must have. They are kept nowhere: some hold a login or a name.
 */
export interface Refusal {
  readonly sentence: string;
}

/** Undefined when an answer is none. */
export function refusalIn({ status = '', msg = '', errors = [] }: EnvelopeRead): Refusal | undefined {
  return /^(?:err|fal)/i.test(status) ? { sentence: [msg, ...errors].join(' ') } : undefined;
}

const isAbsent = String.raw`n[ãa]o (?:foi |foram |p[ôo]de ser )?(?:encontrad|localizad|cadastrad)|n[ãa]o existe|inexistente`;
const absent = new RegExp(`${isAbsent}|nenhum`, 'i');
const wrongId = /id_?(?:cliente|fatura|atendimento)\w*.*inv[áa]lid|inv[áa]lid.*id_?(?:cliente|fatura|atendimento)/i;

/** That there is nothing of what was asked for. */
export function isNotFound({ sentence }: Refusal): boolean {
  return absent.test(sentence) || wrongId.test(sentence);
}

/** That this version knows no such `busca`. */
export function isUnknownSearch({ sentence }: Refusal): boolean {
  return /tipo de busca|busca.*inv[áa]lid/i.test(sentence);
}

const used =
  /j[áa] (?:\S+ )*?(?:utiliz|realiz|solicit|efetu|usou|usad|fez|feit|conced|houve)|(?:neste|nesse|deste|este|por|no) m[êe]s|limite de desbloqueio|uma vez/i;
const notSuspended =
  /n[ãa]o (?:est[áa]|se encontra|possui) .*(?:\bsuspens|\bbloque)|j[áa] .*(?:habilitad|\bativ|desbloquead|liberad)|somente.*suspens/i;

/** Why a trust unlock was not made; the rule itself is the provider's. */
export function unlockRefusal(refusal: Refusal) {
  const { sentence } = refusal;
  const nothing = (reason: UnlockNothing) => nothingToDo(reason);
  const no = (reason: UnlockRefusal) => refused(reason);
  if (/cancelad/i.test(sentence)) return nothing('cancelled');
  if (used.test(sentence)) return no('already_used');
  if (notSuspended.test(sentence)) return nothing('not_suspended');
  return isNotFound(refusal) ? nothing('not_found') : no('not_allowed');
}

/** Whether the days that were asked for are more than the provider's rule allows. */
export function isTooLong({ sentence }: Refusal): boolean {
  return /dias/i.test(sentence) && /permitid|ultrapass|m[áa]xim|superior|maior/i.test(sentence);
}

/** Why a bill was not sent. What is no fault of the subscriber's record is "not done", and may be tried again. */
export function sendRefusal(refusal: Refusal) {
  const { sentence } = refusal;
  const nothing = (reason: SendNothing) => nothingToDo(reason);
  const no = (reason: SendRefusal) => refused(reason);
  // The provider's own trouble, not the subscriber's.
  if (/servidor|configura|plataforma/i.test(sentence)) return unavailable('down', 'HubSoft cannot send bills.');
  const contact = /e-?mail|telefone|celular|contato|destinat[áa]ri|n[úu]mero/i;
  if (/fatura|boleto/i.test(sentence) && isNotFound(refusal) && !contact.test(sentence))
    return nothing('no_open_invoice');
  if (contact.test(sentence)) {
    if (/n[ãa]o (?:possu|tem|h[áa]|exist|foi)|nenhum|sem |aus[êe]n/i.test(sentence)) return no('no_contact');
    if (/inv[áa]lid|incorret|recusad|rejeitad|bloquead/i.test(sentence)) return no('contact_refused');
  }
  return unavailable('down', 'HubSoft did not send the bill.');
}
