import type { Invoice, Subscriber } from '../../erp/port.ts';
import { done, nothingToDo, type Outcome } from '../../kernel/outcome.ts';
import { nationalPhone, normalizePhone } from '../../kernel/phone-number.ts';
import type { TaxId } from '../../kernel/tax-id.ts';
import { contractNumber, documentTold } from '../erp-readings.ts';
import type { Ask, Heard } from './asking.ts';
import { clientId, openInvoicesOf, standingOf, subscriberOf } from './readings.ts';
import { type ClientRead, clientsRead, invoicesRead, type ServiceRead } from './reads.ts';
import { isNotFound, isUnknownSearch } from './refusals.ts';
import { lookupIn } from './trouble.ts';

type Found<T> = Outcome<T, never, 'not_found'>;
/** `unknown_search`: this version has no search of that kind. */
type Clients = Heard<readonly ClientRead[]> | 'unknown_search';

export interface ServiceRecord {
  readonly client: ClientRead;
  readonly service: ServiceRead;
}

const unknown = nothingToDo('not_found');
const mostClients = 20;
/** The most that the documentation allows. */
const mostInvoices = 50;

export type SubscriberLookup = ReturnType<typeof createSubscriberLookup>;

/** Who a subscriber is, by `cliente` (4.3); and what each service owes, which that does not tell, by `cliente/financeiro`. */
export function createSubscriberLookup({ ask, today }: { readonly ask: Ask; readonly today: () => string }) {
  async function clients(busca: string, termo: string | number, more: object, signal: AbortSignal): Promise<Clients> {
    const fields = { busca, termo_busca: termo, limit: mostClients, ...more };
    const heard = await ask('GET', 'cliente', fields, clientsRead, signal);
    if ('read' in heard) return { read: heard.read.clientes };
    if ('trouble' in heard) return heard;
    if (isUnknownSearch(heard.refusal)) return 'unknown_search';
    return isNotFound(heard.refusal) ? { read: [] } : heard;
  }

  /** Services in use first; only where there are none, those that ended: a caller must not choose between them. */
  async function withServices(busca: string, termo: string | number, signal: AbortSignal, more = {}): Promise<Clients> {
    const inUse = await clients(busca, termo, { ...more, cancelado: 'nao' }, signal);
    if (
      inUse === 'unknown_search' ||
      !('read' in inUse) ||
      inUse.read.some(({ servicos = [] }) => servicos.length > 0)
    ) {
      return inUse;
    }
    return clients(busca, termo, { ...more, cancelado: 'sim', inativo: 'todos' }, signal);
  }

  /** The client that has a service, with that service alone. */
  async function ofService(service: number, signal: AbortSignal, more = {}): Promise<Clients> {
    const byService = await withServices('id_cliente_servico', service, signal, more);
    if (byService !== 'unknown_search') return only(service, byService);
    // The documented version searches services by what they owe or owed only.
    const fields = { busca: 'id_cliente_servico', termo_busca: service, apenas_pendente: 'nao', limit: 1 };
    const heard = await ask('GET', 'cliente/financeiro', fields, invoicesRead, signal);
    if (!('read' in heard)) return 'refusal' in heard && isNotFound(heard.refusal) ? { read: [] } : heard;
    const code = heard.read.faturas[0]?.cliente?.codigo_cliente;
    return code === undefined ? { read: [] } : only(service, await withServices('codigo_cliente', code, signal, more));
  }

  /** @returns the open invoices of a service, none also where there is no such service */
  async function openInvoices(service: number, signal: AbortSignal): Promise<Heard<Invoice[]>> {
    const fields = {
      busca: 'id_cliente_servico',
      termo_busca: service,
      apenas_pendente: 'sim',
      order_by: 'data_vencimento',
      order_type: 'asc',
      limit: mostInvoices,
    };
    const heard = await ask('GET', 'cliente/financeiro', fields, invoicesRead, signal);
    if ('read' in heard) return { read: openInvoicesOf(heard.read.faturas, today()) };
    return 'refusal' in heard && isNotFound(heard.refusal) ? { read: [] } : heard;
  }

  async function whole(
    found: readonly ClientRead[],
    asked: TaxId | undefined,
    signal: AbortSignal,
  ): Promise<Found<Subscriber>> {
    const document = found.map((client) => documentTold(client.cpf_cnpj, asked)).find((told) => told !== undefined);
    if (document === undefined) return lookupIn('not_understood');
    const services = found.flatMap(({ servicos = [] }) => servicos);
    const owing = services.filter((service) => standingOf(service).status !== 'cancelled');
    const open = new Map<number, Invoice[]>();
    const answers = owing.map(async (service) => {
      const heard = await openInvoices(service.id_cliente_servico, signal);
      if ('read' in heard) open.set(service.id_cliente_servico, heard.read);
      // Without it a menu can go on, but not tell someone who is suspended how much there is to pay.
      else if (standingOf(service).suspendedFor === 'debt')
        return 'trouble' in heard ? heard.trouble : 'not_understood';
      return undefined;
    });
    const trouble = (await Promise.all(answers)).find((told) => told !== undefined);
    if (trouble !== undefined) return lookupIn(trouble);
    const subscriber = subscriberOf(found, document, open);
    return subscriber === undefined ? lookupIn('not_understood') : done(subscriber);
  }

  return {
    openInvoices,

    /** The record of the client that has a service of that number, with that service alone. */
    async record(contractId: string, signal: AbortSignal, more = {}): Promise<Found<ServiceRecord>> {
      const number = contractNumber(contractId);
      if (number === undefined) return unknown;
      const found = await ofService(number, signal, more);
      if (found === 'unknown_search' || 'refusal' in found) return lookupIn('not_understood');
      if ('trouble' in found) return lookupIn(found.trouble);
      const [client] = found.read;
      const [service] = client?.servicos ?? [];
      return client === undefined || service === undefined ? unknown : done({ client, service });
    },

    async byDocument(document: TaxId, signal: AbortSignal): Promise<Found<Subscriber>> {
      const found = await withServices('cpf_cnpj', document.reveal(), signal);
      if (found === 'unknown_search' || 'refusal' in found) return lookupIn('not_understood');
      if ('trouble' in found) return lookupIn(found.trouble);
      if (found.read.length === 0) return unknown;
      // A search by a part of the document would find others too.
      const theirs = found.read.filter(({ cpf_cnpj: told }) => documentTold(told, document) !== undefined);
      return whole(theirs, document, signal);
    },

    async byContract(contractId: string, signal: AbortSignal): Promise<Found<Subscriber>> {
      const record = await this.record(contractId, signal);
      return record.kind === 'done' ? whole([record.value.client], undefined, signal) : record;
    },

    /** Only clients on whose record the number really stands count. */
    async byPhone(phone: string, signal: AbortSignal): Promise<Found<Subscriber[]>> {
      const found = await clients('telefone', nationalPhone(phone), { cancelado: 'nao' }, signal);
      if (found === 'unknown_search' || 'refusal' in found) return unknown;
      if ('trouble' in found) return lookupIn(found.trouble);
      const theirs = found.read.filter((client) => hasPhone(client, phone));
      const subscribers: Subscriber[] = [];
      for (const records of Map.groupBy(theirs, (client) => client.cpf_cnpj ?? clientId(client)).values()) {
        const subscriber = await whole(records, undefined, signal);
        // A masked document proves nobody: the menu asks for it then.
        if (subscriber.kind !== 'done') return unknown;
        subscribers.push(subscriber.value);
      }
      return subscribers.length === 0 ? unknown : done(subscribers);
    },
  };
}

function only(service: number, found: Clients): Clients {
  if (found === 'unknown_search' || !('read' in found)) return found;
  const clients = found.read.flatMap((client) => {
    const servicos = (client.servicos ?? []).filter((each) => each.id_cliente_servico === service);
    return servicos.length === 0 ? [] : [{ ...client, servicos }];
  });
  return { read: clients };
}

function hasPhone(client: ClientRead, phone: string): boolean {
  return [client.telefone_primario, client.telefone_secundario, client.telefone_terciario].some(
    (written) => written !== undefined && normalizePhone(written) === phone,
  );
}
