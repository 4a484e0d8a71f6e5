import type { z } from 'zod';
import type { Erp } from '../../erp/port.ts';
import { type Clock, localDate } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { done, nothingToDo, type Outcome, refused, unavailable } from '../../kernel/outcome.ts';
import { readAnswer } from '../erp-connection.ts';
import { contractNumber, nationalNumber, referenceOf } from '../erp-readings.ts';
import type { Trouble } from '../erp-trouble.ts';
import { invoicesRead, maintenancesRead, type StatusRead, statusRead, ticketsRead } from './answers.ts';
import type { SgpConnection, SgpMethod, SgpParams } from './connection.ts';
import { alertsOf, protocolOfTicket, unlockTicket } from './lists.ts';
import { accessOutcome, invoiceOutcome, noticeOutcome, ticketOutcome, unlockOutcome } from './outcomes.ts';
import { openInvoicesOf } from './readings.ts';
import { createSubscriberLookup } from './subscriber-lookup.ts';
import { actIn, lookupIn } from './trouble.ts';

export interface SgpErpOptions {
  readonly connection: SgpConnection;
  /** The provider's, in which its days are counted. */
  readonly timeZone: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** `ocorrenciatipo` of the tickets we open; SGP's own choice when left out. */
  readonly ticketType: number | undefined;
  /** `motivoos` of a technician's visit; SGP's own choice when left out. */
  readonly orderReason: string | undefined;
}

const unknown = nothingToDo('not_found');

/**
 * A provider's SGP as the contact centre's port, by its web service for voice menus ("WebService URA"). What that offers
 * no method for is not in `can`: dropping a session, forgetting a modem, closing an agent's window, keeping a call's address.
 */
export function createSgpErp(options: SgpErpOptions): Erp {
  const { connection, timeZone, clock, logger, ticketType, orderReason } = options;
  const today = () => localDate(clock.now(), timeZone);
  const ask = askerOf(connection, logger);
  const subscribers = createSubscriberLookup({ ask, today });

  /** An act with its contract; what it answered is read by the one who knows its `status`. */
  async function act<O extends Outcome<unknown, string, string>>(
    method: SgpMethod,
    of: { readonly contractId: string; readonly callerNumber: string | undefined; readonly key?: string },
    more: SgpParams,
    signal: AbortSignal,
    read: (answer: StatusRead) => O,
  ) {
    const contrato = contractNumber(of.contractId);
    if (contrato === undefined) return unknown;
    const params = { contrato, uracontato: nationalNumber(of.callerNumber), ...more };
    const answer = await ask(method, params, statusRead, signal, of.key);
    return 'trouble' in answer ? actIn(answer.trouble) : read(answer.read);
  }

  async function ticketsOf(contrato: number, signal: AbortSignal) {
    return ask('ocorrencia/list', { contrato, offset: 0, limit: latestTickets }, ticketsRead, signal);
  }

  return {
    name: 'sgp',
    can: { resetSession: false, resetMac: false, closeNotice: false, linkCall: false },
    async answers(signal) {
      const alerts = await this.providerAlerts(signal);
      return alerts.kind === 'done' ? done(null) : alerts;
    },
    findByDocument: (document, signal) => subscribers.byDocument(document, signal),
    findByContract: async (contractId, signal) => {
      const contrato = contractNumber(contractId);
      return contrato === undefined ? unknown : subscribers.byContract(contrato, signal);
    },
    findByPhone: (phone, signal) => subscribers.byPhone(phone, signal),

    async openInvoices(contractId, signal) {
      const contrato = contractNumber(contractId);
      if (contrato === undefined) return unknown;
      const answer = await ask('titulos', { contrato, status: 'abertos', limit: mostInvoices }, invoicesRead, signal);
      if ('trouble' in answer) return lookupIn(answer.trouble);
      const invoices = openInvoicesOf(answer.read.titulos, today());
      if (invoices.length > 0) return done(invoices);
      // An empty list may mean that nothing is open, or that there is no such contract.
      const rows = await subscribers.rows({ contrato }, signal);
      if ('trouble' in rows) return lookupIn(rows.trouble);
      return rows.read.length === 0 ? unknown : done([]);
    },

    async providerAlerts(signal) {
      const answer = await ask('manutencao/list', {}, maintenancesRead, signal);
      // Older versions have no such list: then there is nothing that the menu should say.
      if ('trouble' in answer) return answer.trouble === 'no_such_method' ? done([]) : lookupIn(answer.trouble);
      return done(alertsOf(answer.read, clock.now(), timeZone));
    },

    async checkAccess(contractId, signal) {
      const contrato = contractNumber(contractId);
      if (contrato === undefined) return unknown;
      const answer = await ask('verificaacesso', { contrato }, statusRead, signal);
      return 'trouble' in answer ? lookupIn(answer.trouble) : accessOutcome(answer.read, clock.now());
    },

    sendInvoice: (request, signal) => act('enviafatura', request, { tipo: request.by }, signal, invoiceOutcome),

    trustUnlock: (request, signal) =>
      act('liberacaopromessa', request, {}, signal, (answer) => unlockOutcome(answer, today())),

    /**
     * An unlock leaves two marks: the month's promises are no longer none, and the contract is not suspended. Its protocol
     * is that of the ticket SGP writes, where SGP lists them.
     */
    async findUnlock(contractId, since, signal) {
      const contrato = contractNumber(contractId);
      if (contrato === undefined || since > clock.now()) return unknown;
      const found = await subscribers.byContract(contrato, signal);
      if (found.kind !== 'done') return found;
      const [contract] = found.value.contracts;
      if (contract === undefined || contract.status === 'suspended' || contract.unlocksThisMonth === 0) return unknown;
      const listed = await ticketsOf(contrato, signal);
      const ticket = 'trouble' in listed ? undefined : unlockTicket(listed.read, since, timeZone);
      if (ticket === 'earlier') return unknown;
      return done({ protocol: ticket && protocolOfTicket(ticket), days: undefined, until: undefined });
    },

    resetSession: () => Promise.resolve(refused('not_possible', 'SGP has no method that drops a session.')),
    resetMac: () => Promise.resolve(refused('not_possible', 'SGP has no method that forgets a modem.')),

    openTicket(request, signal) {
      const more = {
        ocorrenciatipo: ticketType,
        conteudo: `${request.description}\n${referenceOf(request.key)}`,
        contato_telefone: nationalNumber(request.callerNumber),
        ...(request.fieldVisit ? { motivoos: orderReason } : { desativa_os: 1 }),
      };
      return act('chamado', request, more, signal, ticketOutcome);
    },

    async findTicket(contractId, key, signal) {
      const contrato = contractNumber(contractId);
      if (contrato === undefined) return unknown;
      const listed = await ticketsOf(contrato, signal);
      if ('trouble' in listed) return lookupIn(listed.trouble);
      const reference = referenceOf(key);
      const ticket = listed.read.find(({ conteudo = '' }) => conteudo.includes(reference));
      if (ticket !== undefined) return done({ protocol: protocolOfTicket(ticket) });
      const canTell = listed.read.every(({ conteudo }) => conteudo !== undefined);
      return canTell ? unknown : unavailable('malformed_answer', 'SGP lists tickets without their texts.');
    },

    async notifyAgent(notice, signal) {
      if (notice.lost) return refused('not_possible', 'SGP has no method that closes the window of a lost call.');
      return act('notificacaosistema', notice, { uraagent: notice.extension }, signal, noticeOutcome);
    },

    linkCall: () => Promise.resolve(refused('not_possible', 'SGP has no place for it in a ticket.')),
  };
}

const mostInvoices = 250;
const latestTickets = 50;

/** Asks, and reads the answer by its shape. */
export type Ask = <S extends z.ZodType>(
  method: SgpMethod,
  params: SgpParams,
  shape: S,
  signal: AbortSignal,
  key?: string,
) => Promise<{ readonly read: z.output<S> } | { readonly trouble: Trouble }>;

function askerOf(connection: SgpConnection, logger: Logger): Ask {
  return async (method, params, shape, signal, key) =>
    readAnswer(await connection.ask(method, params, signal, key), shape, logger, { erp: 'sgp', method });
}
