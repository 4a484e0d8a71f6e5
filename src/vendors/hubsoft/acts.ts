import type { Erp, TicketOpened } from '../../erp/port.ts';
import { addDays, type Clock, daysBetween, localDate } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { done, nothingToDo, type Outcome, refused, unavailable } from '../../kernel/outcome.ts';
import { type Personal, personalEmail } from '../../kernel/personal.ts';
import { normalizePhone, personalPhone } from '../../kernel/phone-number.ts';
import { contractNumber, momentTold, nationalNumber, referenceOf } from '../erp-readings.ts';
import type { Ask, Heard } from './asking.ts';
import { clientId } from './readings.ts';
import { dispatchRead, successRead, ticketOpenedRead } from './reads.ts';
import { isNotFound, isTooLong, sendRefusal, unlockRefusal } from './refusals.ts';
import type { SubscriberLookup } from './subscriber-lookup.ts';
import { openedOf, type TicketLookup } from './ticket-lookup.ts';
import { actIn } from './trouble.ts';

/** What a provider's HubSoft is asked to do, and how. */
export interface HubsoftChoices {
  /** `dias_desbloqueio` of a trust unlock; HubSoft's own, one day, when left out. */
  readonly unlockDays: number | undefined;
  /** Which number of an agent the extensions are. */
  readonly agentField: 'ramal' | 'identificador_interno';
  /** `id_tipo_atendimento` of the tickets we open, which later versions take; HubSoft's own choice when left out. */
  readonly ticketType: number | undefined;
}

interface Parts extends HubsoftChoices, Pick<Erp, 'openInvoices' | 'checkAccess'> {
  readonly ask: Ask;
  readonly subscribers: SubscriberLookup;
  readonly tickets: TicketLookup;
  /** The provider's calendar day. */
  readonly today: () => string;
  readonly clock: Clock;
  readonly logger: Logger;
}

type Acts = Pick<
  Erp,
  'sendInvoice' | 'trustUnlock' | 'resetSession' | 'resetMac' | 'openTicket' | 'notifyAgent' | 'linkCall'
>;

const unknown = nothingToDo('not_found');
/** An unlock is made whether or not its ticket can be found: the caller does not wait long for that. */
const protocolPatienceMs = 2_000;
/** Contracts whose client is known without asking. */
const mostRemembered = 10_000;

/** What is done in HubSoft. Each request that changes something is sent once. */
export function createHubsoftActs(parts: Parts): Acts {
  const { ask, subscribers, tickets, today, clock, logger, unlockDays, agentField, ticketType } = parts;
  /** The client that each contract is of, so that ten phones that ring do not ask for it ten times. */
  const clients = new Map<string, number | undefined>();

  async function clientOf(
    contractId: string,
    signal: AbortSignal,
  ): Promise<Outcome<number | undefined, never, 'not_found'>> {
    if (clients.has(contractId)) return done(clients.get(contractId));
    const record = await subscribers.record(contractId, signal);
    if (record.kind !== 'done') return record;
    if (clients.size >= mostRemembered) clients.clear();
    clients.set(contractId, clientId(record.value.client));
    return done(clients.get(contractId));
  }

  async function ticketId(
    { id, protocol }: TicketOpened,
    signal: AbortSignal,
  ): Promise<Outcome<number, never, 'not_found'>> {
    if (id !== undefined) return done(Number(id));
    if (protocol === undefined) return unknown;
    const heard = await tickets.idOf(protocol, signal);
    if ('trouble' in heard) return unavailable('down', 'The ticket could not be looked for.');
    return 'read' in heard && heard.read !== undefined ? done(heard.read) : unknown;
  }

  return {
    /** The bill that is due first: HubSoft sends invoices, not what a contract owes. */
    async sendInvoice({ contractId, by, key }, signal) {
      const open = await parts.openInvoices(contractId, signal);
      if (open.kind !== 'done') return notBegun(open);
      const [invoice] = open.value;
      if (invoice === undefined) return nothingToDo('no_open_invoice');
      const route = by === 'email' ? 'cliente/financeiro/enviar_email' : 'cliente/financeiro/enviar_sms';
      const heard = await ask('POST', route, { id_fatura: Number(invoice.id) }, dispatchRead, signal, key);
      if ('trouble' in heard) return actIn(heard.trouble);
      if ('refusal' in heard) return sendRefusal(heard.refusal);
      const { emails = [], telefones = [] } = heard.read.job ?? {};
      return done({ protocol: undefined, to: addresseeOf(emails[0]?.email, telefones[0]?.telefone) });
    },

    async trustUnlock({ contractId, key }, signal) {
      const service = contractNumber(contractId);
      if (service === undefined) return unknown;
      const startedAt = clock.now();
      const fields = { id_cliente_servico: service, dias_desbloqueio: unlockDays };
      const heard = await ask('POST', 'cliente/desbloqueio_confianca', fields, successRead, signal, key);
      if ('trouble' in heard) return actIn(heard.trouble);
      if ('refusal' in heard) {
        if (unlockDays !== undefined && isTooLong(heard.refusal)) {
          logger.error({ erp: 'hubsoft', unlockDays }, 'HubSoft allows fewer days than HUBSOFT_UNLOCK_DAYS');
        }
        return unlockRefusal(heard.refusal);
      }
      const until = dayIn(heard.read.msg) ?? addDays(today(), unlockDays ?? 1);
      const soon = AbortSignal.any([signal, AbortSignal.timeout(protocolPatienceMs)]);
      const protocol = await tickets.ofUnlock(service, startedAt, soon);
      return done({ protocol, days: Math.max(daysBetween(today(), until), 0), until });
    },

    async resetSession(contractId, signal) {
      const service = contractNumber(contractId);
      if (service === undefined) return unknown;
      const heard = await ask('GET', `cliente/solicitar_desconexao/${service}`, {}, successRead, signal);
      if ('trouble' in heard) return actIn(heard.trouble);
      if ('read' in heard) return done(null);
      if (isNotFound(heard.refusal)) return unknown;
      // One sentence for a concentrator that refuses and for nobody who is connected.
      const access = await parts.checkAccess(contractId, signal);
      if (access.kind === 'done' && access.value.state === 'offline') return nothingToDo('no_session');
      return refused('not_possible', 'HubSoft could not drop the session.');
    },

    async resetMac(contractId, signal) {
      const service = contractNumber(contractId);
      if (service === undefined) return unknown;
      const fields = { id_cliente_servico: service };
      const heard = await ask('POST', 'cliente/reset_mac_addr', fields, successRead, signal);
      return plainAct(heard, 'HubSoft could not forget the modem.');
    },

    async openTicket({ contractId, key, description, callerNumber, fieldVisit }, signal) {
      const record = await subscribers.record(contractId, signal);
      if (record.kind !== 'done') return notBegun(record);
      const { client, service } = record.value;
      const fields = {
        id_cliente_servico: service.id_cliente_servico,
        descricao: `${description}\n${referenceOf(key)}`,
        nome: client.nome_razaosocial ?? 'Menu de voz',
        // An extension's number is none that can be called back.
        telefone: nationalNumber(normalizePhone(callerNumber ?? '') ?? client.telefone_primario),
        email: client.email_principal,
        abrir_os: fieldVisit,
        id_tipo_atendimento: ticketType,
      };
      const heard = await ask('POST', 'atendimento', fields, ticketOpenedRead, signal, key);
      if ('trouble' in heard) return actIn(heard.trouble);
      if ('refusal' in heard) return isNotFound(heard.refusal) ? unknown : refused('rejected');
      const { atendimento, msg = '' } = heard.read;
      if (atendimento !== undefined) return done(openedOf(atendimento));
      return done({ protocol: /protocolo\D*(\d{6,})/i.exec(msg)?.[1] });
    },

    async notifyAgent({ contractId, extension, callerNumber, lost }, signal) {
      const client = await clientOf(contractId, signal);
      if (client.kind !== 'done') return notBegun(client);
      const fields = { [agentField]: extension, id_cliente: client.value, telefone: nationalNumber(callerNumber) };
      const route = lost ? 'pbx/ligacao/cancelar' : 'pbx/ligacao/notificar';
      return plainAct(await ask('POST', route, fields, successRead, signal), 'HubSoft knows no such agent.');
    },

    /** The ticket stays open, with its service order: the call is over, what it was about is not. */
    async linkCall({ ticket, url, callId, key }, signal) {
      const id = await ticketId(ticket, signal);
      if (id.kind !== 'done') return id;
      const fields = { parametros: { url_ligacao: url, id_ligacao: callId }, fechar_atendimento: false };
      const heard = await ask('PUT', `atendimento/${id.value}`, fields, successRead, signal, key);
      return plainAct(heard, 'HubSoft does not take the link.');
    },
  };
}

/** What came of an act before which a lookup failed: certainly nothing was done. */
function notBegun<O extends Outcome<never, never, 'not_found'>>(lookup: O) {
  return lookup.kind === 'unavailable' ? unavailable('down', lookup.message) : lookup;
}

/** An act that is done, refused, or about something that is not there. */
function plainAct(heard: Heard<unknown>, refusal: string): Outcome<null, 'not_possible', 'not_found'> {
  if ('trouble' in heard) return actIn(heard.trouble);
  if ('read' in heard) return done(null);
  return isNotFound(heard.refusal) ? unknown : refused('not_possible', refusal);
}

/** Where a bill goes, when the answer tells. */
function addresseeOf(email: string | undefined, phone: string | undefined): Personal | undefined {
  if (email !== undefined) return personalEmail(email);
  const number = phone === undefined ? undefined : normalizePhone(phone);
  return number === undefined ? undefined : personalPhone(number);
}

/** The day in "Desbloqueio em confiança realizado com sucesso até a data 26/11/2018", `YYYY-MM-DD`. */
function dayIn(msg = ''): string | undefined {
  const day = /\d{2}\/\d{2}\/\d{4}|\d{4}-\d{2}-\d{2}/.exec(msg)?.[0];
  const at = momentTold(day, 'UTC');
  return at && localDate(at, 'UTC');
}
