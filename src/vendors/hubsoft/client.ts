import type { Access, Erp } from '../../erp/port.ts';
import { type Clock, localDate } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { done, nothingToDo, unavailable } from '../../kernel/outcome.ts';
import { contractNumber } from '../erp-readings.ts';
import { createHubsoftActs, type HubsoftChoices } from './acts.ts';
import { askerOf } from './asking.ts';
import type { HubsoftConnection } from './connection.ts';
import { standingOf } from './readings.ts';
import { clientsRead } from './reads.ts';
import { createSubscriberLookup } from './subscriber-lookup.ts';
import { createTicketLookup, openedOf } from './ticket-lookup.ts';
import { lookupIn } from './trouble.ts';

export interface HubsoftErpOptions extends HubsoftChoices {
  readonly connection: HubsoftConnection;
  /** The provider's, in which its days are counted. */
  readonly timeZone: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

const unknown = nothingToDo('not_found');

/** A provider's HubSoft as the contact centre's port, by its integration API (HubSoft's API documentation, 4.3). */
export function createHubsoftErp(options: HubsoftErpOptions): Erp {
  const { connection, timeZone, clock, logger } = options;
  const today = () => localDate(clock.now(), timeZone);
  const ask = askerOf(connection, logger);
  const subscribers = createSubscriberLookup({ ask, today });
  const tickets = createTicketLookup({ ask, timeZone });

  const openInvoices: Erp['openInvoices'] = async (contractId, signal) => {
    const service = contractNumber(contractId);
    if (service === undefined) return unknown;
    const heard = await subscribers.openInvoices(service, signal);
    if ('trouble' in heard) return lookupIn(heard.trouble);
    if ('refusal' in heard) return lookupIn('not_understood');
    if (heard.read.length > 0) return done(heard.read);
    // An empty list may mean that nothing is open, or that there is no such service.
    const record = await subscribers.record(contractId, signal);
    return record.kind === 'done' ? done([]) : record;
  };

  const checkAccess: Erp['checkAccess'] = async (contractId, signal) => {
    const record = await subscribers.record(contractId, signal, { ultima_conexao: 'sim' });
    if (record.kind !== 'done') return record;
    return done({ state: stateOf(record.value.service.ultima_conexao), message: undefined, forecast: undefined });
  };

  return {
    name: 'hubsoft',
    can: { resetSession: true, resetMac: true, closeNotice: true, linkCall: true },
    ...createHubsoftActs({ ...options, ask, subscribers, tickets, today, openInvoices, checkAccess }),
    async answers(signal) {
      // Nobody has this number, so that the right answer is that there is none.
      const fields = { busca: 'codigo_cliente', termo_busca: 0, limit: 1 };
      const heard = await ask('GET', 'cliente', fields, clientsRead, signal);
      return 'trouble' in heard ? lookupIn(heard.trouble) : done(null);
    },
    findByDocument: (document, signal) => subscribers.byDocument(document, signal),
    findByContract: (contractId, signal) => subscribers.byContract(contractId, signal),
    findByPhone: (phone, signal) => subscribers.byPhone(phone, signal),
    openInvoices,
    checkAccess,
    /** HubSoft has none: what it wants told stands on every subscriber it concerns. */
    providerAlerts: () => Promise.resolve(done([])),

    /** All that an unlock leaves behind for certain is a service that is no longer suspended. */
    async findUnlock(contractId, since, signal) {
      if (since > clock.now()) return unknown;
      const record = await subscribers.record(contractId, signal);
      if (record.kind !== 'done') return record;
      const { service } = record.value;
      if (standingOf(service).status !== 'active') return unknown;
      const protocol = await tickets.ofUnlock(service.id_cliente_servico, since, signal);
      return done({ protocol, days: undefined, until: undefined });
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
  };
}

/** Whoever never was connected (null) is not; a version that does not tell (undefined) says nothing. */
function stateOf(isConnected: boolean | null | undefined): Access['state'] {
  if (isConnected === undefined) return 'other';
  return isConnected === true ? 'online' : 'offline';
}
