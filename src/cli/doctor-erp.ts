import { isIP } from 'node:net';
import { type Config, isLoopback, type SgpConfig } from '../config.ts';
import { systemClock } from '../kernel/clock.ts';
import { silentLogger } from '../kernel/logger.ts';
import type { TaxId } from '../kernel/tax-id.ts';
import type { ErpAnswer } from '../vendors/erp-connection.ts';
import type { Trouble } from '../vendors/erp-trouble.ts';
import { createSgpErp } from '../vendors/sgp/client.ts';
import { openSgpConnection, type SgpConnection } from '../vendors/sgp/connection.ts';
import { troubles } from '../vendors/sgp/trouble.ts';
import type { Finding } from './doctor-checks.ts';

const patienceMs = 5_000;

/** The configured ERP, step by step; a step that fails ends the look, since the next ones need it. */
export async function lookAtErp(config: Config, document: TaxId | undefined): Promise<Finding[]> {
  if (config.sgp === undefined) {
    return [{ what: 'ERP', state: 'found', detail: 'embedded: our own, in the database; there is nothing to reach' }];
  }
  const connection = openSgpConnection(config.sgp);
  try {
    return [settingsOf(config.sgp), ...(await lookAtSgp(connection, config, document))];
  } finally {
    await connection.close();
  }
}

function settingsOf({ url, app }: SgpConfig): Finding {
  const { protocol, hostname } = new URL(url);
  const isOpen = protocol === 'http:' && !isLocal(hostname);
  const warning = isOpen ? '; over http the token and documents can be read on the way: use https' : '';
  return { what: 'Settings', state: 'found', detail: `SGP at ${url}, application ${app}${warning}` };
}

function isLocal(hostname: string): boolean {
  return hostname === 'localhost' || (isIP(hostname) !== 0 && isLoopback(hostname));
}

const notReached: readonly Trouble[] = ['unreachable', 'given_up', 'lost', 'not_sent'];

async function lookAtSgp(connection: SgpConnection, config: Config, document: TaxId | undefined): Promise<Finding[]> {
  const ask = (...[method, params]: [Parameters<SgpConnection['ask']>[0], Parameters<SgpConnection['ask']>[1]]) =>
    connection.ask(method, params, AbortSignal.timeout(patienceMs));
  // No contract has this number, so the right answer is that there is none.
  const answer = await ask('consultacliente', { contrato: 0 });
  const trouble = troubleIn(answer);
  const reached: Finding = { what: 'Reachable', state: 'found', detail: 'it answers' };
  const service: Finding = { what: 'Web service', state: 'found', detail: 'for voice menus, answers in JSON' };
  if (trouble !== undefined && notReached.includes(trouble)) return [missing('Reachable', answer)];
  if (trouble === 'refused_credentials') return [reached, service, missing('Credentials', answer)];
  if (trouble !== undefined) return [reached, missing('Web service', answer)];
  const credentials: Finding = { what: 'Credentials', state: 'found', detail: 'accepted' };
  const lookup = await lookUp(connection, config, document);
  const alerts = await ask('manutencao/list', {});
  const tickets = await ask('ocorrencia/list', { contrato: 0, offset: 0, limit: 1 });
  return [
    reached,
    service,
    credentials,
    lookup,
    offered('Alerts for all', alerts, 'none are told to callers'),
    offered('List of tickets', tickets, 'the protocol of an act whose answer was lost cannot be found'),
  ];
}

function troubleIn(answer: ErpAnswer): Trouble | undefined {
  return 'trouble' in answer ? answer.trouble : undefined;
}

function missing(what: string, answer: ErpAnswer): Finding {
  const trouble = troubleIn(answer) ?? 'not_understood';
  const status = 'httpStatus' in answer && answer.httpStatus !== undefined ? ` (HTTP ${answer.httpStatus})` : '';
  return { what, state: 'missing', detail: `${trouble.replaceAll('_', ' ')}${status}`, remedy: troubles[trouble] };
}

/** What an SGP may lack: then the menu goes on without. */
function offered(what: string, answer: ErpAnswer, without: string): Finding {
  const trouble = troubleIn(answer);
  const detail = trouble === undefined ? 'there' : `not there (${trouble.replaceAll('_', ' ')}): ${without}`;
  return { what, state: 'found', detail };
}

async function lookUp(connection: SgpConnection, config: Config, document: TaxId | undefined): Promise<Finding> {
  const what = 'A lookup';
  const settings = { ticketType: undefined, orderReason: undefined, logger: silentLogger };
  const sgp = createSgpErp({ connection, clock: systemClock, timeZone: config.timeZone, ...settings });
  const signal = AbortSignal.timeout(patienceMs);
  const found = await (document === undefined ? sgp.findByContract('0', signal) : sgp.findByDocument(document, signal));
  if (found.kind === 'unavailable') {
    const remedy = found.message ?? 'The lookup failed.';
    return { what, state: 'missing', detail: found.reason.replaceAll('_', ' '), remedy };
  }
  if (found.kind === 'done') {
    const contracts = found.value.contracts.map(({ id, status }) => `${id} ${status}`).join(', ');
    return { what, state: 'found', detail: `${String(found.value.document)}: ${contracts}` };
  }
  if (document === undefined) return { what, state: 'found', detail: 'understood; --document CPF tries a real one' };
  const remedy = 'SGP knows nobody with this document: try one that is in its list of clients.';
  return { what, state: 'missing', detail: `${String(document)} is not there`, remedy };
}
