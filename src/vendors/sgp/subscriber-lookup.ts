import type { Subscriber } from '../../erp/port.ts';
import { done, nothingToDo, type Outcome } from '../../kernel/outcome.ts';
import { nationalPhone, normalizePhone } from '../../kernel/phone-number.ts';
import type { TaxId } from '../../kernel/tax-id.ts';
import type { Trouble } from '../erp-trouble.ts';
import { type ContractRead, contractsRead, invoicesRead } from './answers.ts';
import type { Ask } from './client.ts';
import type { SgpParams } from './connection.ts';
import { overdueOf, subscriberOf } from './readings.ts';
import { lookupIn } from './trouble.ts';

type Found<T> = Outcome<T, never, 'not_found'>;
type Rows = { readonly read: readonly ContractRead[] } | { readonly trouble: Trouble };

const unknown = nothingToDo('not_found');
const mostInvoices = 250;
/** By these a version tells that it knows no search by telephone, which is not a failure of that SGP. */
const knowsNoPhones: readonly Trouble[] = ['refused_request', 'no_such_method', 'not_understood', 'too_large'];

/** Who a subscriber is, by `consultacliente`; and what is overdue, which that does not tell, by `titulos`. */
export function createSubscriberLookup({ ask, today }: { readonly ask: Ask; readonly today: () => string }) {
  async function rows(by: SgpParams, signal: AbortSignal): Promise<Rows> {
    const answer = await ask('consultacliente', by, contractsRead, signal);
    if ('trouble' in answer) return answer;
    const { contratos, msg } = answer.read;
    if (contratos !== undefined) return { read: contratos };
    return msg === undefined ? { trouble: 'not_understood' } : { read: [] };
  }

  async function find(by: SgpParams, asked: TaxId | undefined, signal: AbortSignal): Promise<Found<Subscriber>> {
    const found = await rows(by, signal);
    if ('trouble' in found) return lookupIn(found.trouble);
    if (found.read.length === 0) return unknown;
    return whole(found.read, by, asked, signal);
  }

  async function whole(
    found: readonly ContractRead[],
    by: SgpParams,
    asked: TaxId | undefined,
    signal: AbortSignal,
  ): Promise<Found<Subscriber>> {
    const subscriber = subscriberOf(found, asked, await overdue(found, by, signal));
    return subscriber === undefined ? lookupIn('not_understood') : done(subscriber);
  }

  /** Undefined when it could not be had: a menu can go on without. */
  async function overdue(found: readonly ContractRead[], by: SgpParams, signal: AbortSignal) {
    if (found.every((row) => row.contratoValorAberto === 0)) return new Map();
    const answer = await ask('titulos', { ...by, status: 'abertos', limit: mostInvoices }, invoicesRead, signal);
    return 'trouble' in answer ? undefined : overdueOf(answer.read.titulos, today());
  }

  return {
    /** The rows of `consultacliente`; none where there is no such contract. */
    rows,
    byDocument: (document: TaxId, signal: AbortSignal) => find({ cpfcnpj: document.reveal() }, document, signal),
    byContract: (contrato: number, signal: AbortSignal) => find({ contrato }, undefined, signal),

    /** Later versions search by telephone; only rows on which the number really stands count. */
    async byPhone(phone: string, signal: AbortSignal): Promise<Found<Subscriber[]>> {
      const found = await rows({ telefone: nationalPhone(phone) }, signal);
      if ('trouble' in found) return knowsNoPhones.includes(found.trouble) ? unknown : lookupIn(found.trouble);
      const theirs = found.read.filter((row) => hasPhone(row, phone));
      const subscribers: Subscriber[] = [];
      for (const contracts of Map.groupBy(theirs, (row) => row.clienteId ?? row.cpfCnpj).values()) {
        const [row] = contracts;
        const by = contracts.length === 1 ? { contrato: row?.contratoId } : { cpfcnpj: row?.cpfCnpj };
        const subscriber = await whole(contracts, by, undefined, signal);
        // A masked document proves nobody: the menu asks for it then.
        if (subscriber.kind !== 'done') return unknown;
        subscribers.push(subscriber.value);
      }
      return subscribers.length === 0 ? unknown : done(subscribers);
    },
  };
}

function hasPhone({ telefones = [], telefones_cargos: others = [] }: ContractRead, phone: string): boolean {
  return [...telefones, ...others].some((written) => normalizePhone(written) === phone);
}
