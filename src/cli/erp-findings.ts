import { isIP } from 'node:net';
import { isLoopback } from '../config.ts';
import type { Erp } from '../erp/port.ts';
import type { TaxId } from '../kernel/tax-id.ts';
import type { Trouble, TroubleSentences } from '../vendors/erp-trouble.ts';
import type { Finding } from './doctor-checks.ts';

/** What the looks at the ERPs of different kinds find alike. */

export const patienceMs = 5_000;

export const reached: Finding = { what: 'Reachable', state: 'found', detail: 'it answers' };

/** After these nothing answered at the address. */
export const notReached: readonly Trouble[] = ['unreachable', 'given_up', 'lost', 'not_sent'];

/** @param secrets what can be read on the way over http */
export function settingsFound(erp: string, url: string, as: string, secrets: string): Finding {
  const { protocol, hostname } = new URL(url);
  const isLocal = hostname === 'localhost' || (isIP(hostname) !== 0 && isLoopback(hostname));
  const isOpen = protocol === 'http:' && !isLocal;
  const warning = isOpen ? `; over http ${secrets} can be read on the way: use https` : '';
  return { what: 'Settings', state: 'found', detail: `${erp} at ${url}, ${as}${warning}` };
}

export function missing(
  what: string,
  { trouble, httpStatus }: { readonly trouble: Trouble; readonly httpStatus?: number },
  sentences: TroubleSentences,
): Finding {
  const status = httpStatus === undefined ? '' : ` (HTTP ${httpStatus})`;
  return { what, state: 'missing', detail: `${trouble.replaceAll('_', ' ')}${status}`, remedy: sentences[trouble] };
}

/** What an ERP may lack: then the menu goes on without. @param lacking undefined when it is there */
export function offered(what: string, lacking: string | undefined, without: string): Finding {
  const detail = lacking === undefined ? 'there' : `not there (${lacking.replaceAll('_', ' ')}): ${without}`;
  return { what, state: 'found', detail };
}

/** Looks somebody up as a call would; nobody without a document, which must be understood too. */
export async function lookUp(name: string, erp: Erp, document: TaxId | undefined): Promise<Finding> {
  const what = 'A lookup';
  const signal = AbortSignal.timeout(patienceMs);
  const found = await (document === undefined ? erp.findByContract('0', signal) : erp.findByDocument(document, signal));
  if (found.kind === 'unavailable') {
    const remedy = found.message ?? 'The lookup failed.';
    return { what, state: 'missing', detail: found.reason.replaceAll('_', ' '), remedy };
  }
  if (found.kind === 'done') {
    const contracts = found.value.contracts.map(({ id, status }) => `${id} ${status}`).join(', ');
    return { what, state: 'found', detail: `${String(found.value.document)}: ${contracts}` };
  }
  if (document === undefined) return { what, state: 'found', detail: 'understood; --document CPF tries a real one' };
  const remedy = `${name} knows nobody with this document: try one that is in its list of clients.`;
  return { what, state: 'missing', detail: `${String(document)} is not there`, remedy };
}
