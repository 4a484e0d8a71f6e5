import type { Access, Erp, TicketOpened } from '../../erp/port.ts';
import { addDays, type Clock, daysBetween, localDate } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { done, nothingToDo, type Outcome, refused, unavailable } from '../../kernel/outcome.ts';
import { type Personal, personalEmail } from '../../kernel/personal.ts';
import { normalizePhone, personalPhone } from '../../kernel/phone-number.ts';
import { contractNumber, momentTold, nationalNumber, referenceOf } from '../erp-readings.ts';
import { askerOf, type Heard } from './asking.ts';
import type { HubsoftConnection, HubsoftFields } from './connection.ts';
import { clientId, standingOf } from './readings.ts';
import { type ClientRead, clientsRead, dispatchRead, successRead, type TicketRead, ticketOpenedRead } from './reads.ts';
import { isNotFound, isTooLong, type Refusal, sendRefusal, unlockRefusal } from './refusals.ts';
import { createSubscriberLookup } from './subscriber-lookup.ts';
import { createTicketLookup } from './ticket-lookup.ts';
import { actIn, lookupIn } from './trouble.ts';

/** What a provider's HubSoft is asked to do, and how. */
export interface HubsoftChoices {
  /** `dias_desbloqueio` of a trust unlock; HubSoft's own, one day, when left out. */
  readonly unlockDays: number | undefined;
  /** Which number of an agent the extensions are. */
  readonly agentField: 'ramal' | 'identificador_interno';
  /** `id_tipo_atendimento` of the tickets we open, which later versions take; HubSoft's own choice when left out. */
  readonly ticketType: number | undefined;
}

export interface HubsoftErpOptions extends HubsoftChoices {
  readonly connection: HubsoftConnection;
  /** The provider's, in which its days are counted. */
  readonly timeZone: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

const unknown = nothingToDo('not_found');
/** An unlock is made whether or not its ticket can be found: the caller does not wait long for that. */
const protocolPatienceMs = 2_000;
/** Contracts whose client is known without asking. */
const mostRemembered = 10_000;

/** A provider's HubSoft as the contact centre's port, by its integration API (HubSoft's API documentation, 4.3). */
export function createHubsoftErp(options: HubsoftErpOptions): Erp {
  const { connection, timeZone, clock, logger, unlockDays, agentField, ticketType } = options;
  const today = () => localDate(clock.now(), timeZone);
  const ask = askerOf(connection, logger);
  const subscribers = createSubscriberLookup({ ask, today });
  const tickets = createTicketLookup({ ask, timeZone });
  /** The client that each contract is of, so that ten phones that ring do not ask for it ten times. */
  const clientOf = new Map<string, number>();

  /** The record of the client that has a service; of an act that needs it nothing has been done yet. */
  async function recordOf(contractId: string, signal: AbortSignal): Promise<Outcome<ClientRead, never, 'not_found'>> {
    const service = contractNumber(contractId);
    if (service === undefined) return unknown;
    const found = await subscribers.ofService(service, signal);
    if (found === 'unknown_search' || 'refusal' in found) return lookupIn('not_understood');
    if ('trouble' in found) return lookupIn(found.trouble);
    const [client] = found.read;
    if (client === undefined) return unknown;
    const id = clientId(client);
    if (clientOf.size >= mostRemembered) clientOf.clear();
    if (id !== undefined) clientOf.set(contractId, id);
    return done(client);
  }

  const notDone = (outcome: Exclude<Outcome<unknown, never, 'not_found'>, { kind: 'done' }>) =>
    outcome.kind === 'unavailable' ? unavailable('down', outcome.message) : outcome;

  async function accessOf(service: number, signal: AbortSignal): Promise<Outcome<Access, never, 'not_found'>> {
    const found = await subscribers.ofService(service, signal, { ultima_conexao: 'sim' });
    if (found === 'unknown_search' || 'refusal' in found) return lookupIn('not_understood');
    if ('trouble' in found) return lookupIn(found.trouble);
    const [record] = found.read[0]?.servicos ?? [];
    if (record === undefined) return unknown;
    const isConnected = record.ultima_conexao;
    // Whoever never was connected is not; a version that does not tell says nothing.
    const state = isConnected === undefined ? 'other' : isConnected === true ? 'online' : 'offline';
    return done({ state, message: undefined, forecast: undefined });
  }

  return {
    name: 'hubsoft',
    can: { resetSession: true, resetMac: true, closeNotice: true, linkCall: true },
    async answers(signal) {
      // Nobody has this number, so that the right answer is that there is none.
      const fields = { busca: 'codigo_cliente', termo_busca: 0, limit: 1 };
      const heard = await ask('GET', 'cliente', fields, clientsRead, signal);
      return 'trouble' in heard ? lookupIn(heard.trouble) : done(null);
    },
    findByDocument: (document, signal) => subscribers.byDocument(document, signal),
    findByContract: async (contractId, signal) => {
      const service = contractNumber(contractId);
      return service === undefined ? unknown : subscribers.byContract(service, signal);
    },
    findByPhone: (phone, signal) => subscribers.byPhone(phone, signal),

    async openInvoices(contractId, signal) {
      const service = contractNumber(contractId);
      if (service === undefined) return unknown;
      const heard = await subscribers.openInvoices(service, signal);
      if ('trouble' in heard) return lookupIn(heard.trouble);
      if ('refusal' in heard) return lookupIn('not_understood');
      if (heard.read.length > 0) return done(heard.read);
      // An empty list may mean that nothing is open, or that there is no such service.
      const record = await recordOf(contractId, signal);
      return record.kind === 'done' ? done([]) : record;
    },

    /** HubSoft has none: what it wants told stands on every subscriber it concerns. */
    providerAlerts: () => Promise.resolve(done([])),

    async checkAccess(contractId, signal) {
      const service = contractNumber(contractId);
      return service === undefined ? unknown : accessOf(service, signal);
    },

    async sendInvoice({ contractId, by, key }, signal) {
      const open = await this.openInvoices(contractId, signal);
      if (open.kind !== 'done') return notDone(open);
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

    /** All that an unlock leaves behind for certain is a service that is no longer suspended. */
    async findUnlock(contractId, since, signal) {
      const service = contractNumber(contractId);
      if (service === undefined || since > clock.now()) return unknown;
      const record = await recordOf(contractId, signal);
      if (record.kind !== 'done') return record;
      const [standing] = (record.value.servicos ?? []).map(standingOf);
      if (standing?.status !== 'active') return unknown;
      return done({ protocol: await tickets.ofUnlock(service, since, signal), days: undefined, until: undefined });
    },

    async resetSession(contractId, signal) {
      const service = contractNumber(contractId);
      if (service === undefined) return unknown;
      const heard = await ask('GET', `cliente/solicitar_desconexao/${service}`, {}, successRead, signal);
      if ('trouble' in heard) return actIn(heard.trouble);
      if ('read' in heard) return done(null);
      if (isNotFound(heard.refusal)) return unknown;
      // One sentence for a concentrator that refuses and for nobody who is connected.
      const access = await accessOf(service, signal);
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
      const record = await recordOf(contractId, signal);
      if (record.kind !== 'done') return notDone(record);
      const { nome_razaosocial: name, telefone_primario: phone, email_principal: email } = record.value;
      const fields = {
        id_cliente_servico: Number(contractId),
        descricao: `${description}\n${referenceOf(key)}`,
        nome: name ?? 'Menu de voz',
        // An extension's number is none that can be called back.
        telefone: nationalNumber(normalizePhone(callerNumber ?? '') ?? phone),
        email,
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

    async findTicket(contractId, key, signal) {
      const service = contractNumber(contractId);
      if (service === undefined) return unknown;
      const heard = await tickets.byKey(service, key, signal);
      if ('trouble' in heard) return lookupIn(heard.trouble);
      if ('refusal' in heard) return lookupIn('not_understood');
      if (heard.read === 'untold') return unavailable('malformed_answer', 'HubSoft lists tickets without their texts.');
      return heard.read === undefined ? unknown : done(openedOf(heard.read));
    },

    async notifyAgent({ contractId, extension, callerNumber, lost }, signal) {
      if (!clientOf.has(contractId)) {
        const record = await recordOf(contractId, signal);
        if (record.kind !== 'done') return notDone(record);
      }
      const fields: HubsoftFields = {
        [agentField]: extension,
        id_cliente: clientOf.get(contractId),
        telefone: nationalNumber(callerNumber),
      };
      const route = lost ? 'pbx/ligacao/cancelar' : 'pbx/ligacao/notificar';
      return plainAct(await ask('POST', route, fields, successRead, signal), 'HubSoft knows no such agent.');
    },

    async linkCall({ ticket, url, callId, key }, signal) {
      const id = await ticketId(ticket, signal);
      if (id.kind !== 'done') return id;
      const fields = { parametros: { url_ligacao: url, id_ligacao: callId }, fechar_atendimento: false };
      const heard = await ask('PUT', `atendimento/${id.value}`, fields, successRead, signal, key);
      return plainAct(heard, 'HubSoft does not take the link.');
    },
  };

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
}

/** An act that is done, refused, or about something that is not there. */
function plainAct(heard: Heard<unknown>, refusal: string): Outcome<null, 'not_possible', 'not_found'> {
  if ('trouble' in heard) return actIn(heard.trouble);
  if ('read' in heard) return done(null);
  return isNotFound(heard.refusal satisfies Refusal) ? unknown : refused('not_possible', refusal);
}

function openedOf({ id_atendimento: id, protocolo }: TicketRead): TicketOpened {
  return { protocol: protocolo?.trim() || undefined, id: String(id) };
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
