import type { HubsoftConfig } from '../config.ts';
import { systemClock } from '../kernel/clock.ts';
import { silentLogger } from '../kernel/logger.ts';
import type { TaxId } from '../kernel/tax-id.ts';
import { askerOf, type Heard } from '../vendors/hubsoft/asking.ts';
import { createHubsoftErp } from '../vendors/hubsoft/client.ts';
import { type HubsoftConnection, openHubsoftConnection } from '../vendors/hubsoft/connection.ts';
import { clientsRead, ticketsRead } from '../vendors/hubsoft/reads.ts';
import { isUnknownSearch } from '../vendors/hubsoft/refusals.ts';
import { troubles } from '../vendors/hubsoft/trouble.ts';
import type { Finding } from './doctor-checks.ts';
import { lookUp, missing, notReached, offered, patienceMs, reached, settingsFound } from './erp-findings.ts';

const parts = { clock: systemClock, logger: silentLogger };

/** A provider's HubSoft, step by step. */
export async function lookAtHubsoft(
  hubsoft: HubsoftConfig,
  timeZone: string,
  document: TaxId | undefined,
): Promise<Finding[]> {
  const connection = openHubsoftConnection(hubsoft, parts);
  const as = `client ${hubsoft.clientId}, user ${hubsoft.username}`;
  const settings = settingsFound('HubSoft', hubsoft.url, as, 'the password and documents');
  try {
    const erp = createHubsoftErp({ ...hubsoft, ...parts, connection, timeZone });
    return [settings, ...(await steps(connection, () => lookUp('HubSoft', erp, document)))];
  } finally {
    await connection.close();
  }
}

async function steps(connection: HubsoftConnection, lookup: () => Promise<Finding>): Promise<Finding[]> {
  const signal = () => AbortSignal.timeout(patienceMs);
  const refusal = await connection.logIn(signal());
  if (refusal !== undefined && notReached.includes(refusal))
    return [missing('Reachable', { trouble: refusal }, troubles)];
  if (refusal !== undefined) return [reached, missing('Access token', { trouble: refusal }, troubles)];
  const token: Finding = { what: 'Access token', state: 'found', detail: 'given' };
  // No service has this number, so the right answer is that there is none.
  const noService = { busca: 'id_cliente_servico', termo_busca: 0, limit: 1 };
  const answer = await connection.ask('GET', 'cliente', noService, signal());
  if ('trouble' in answer && answer.trouble !== 'refused_request') {
    return [reached, token, missing('API', answer, troubles)];
  }
  const ask = askerOf(connection, silentLogger);
  const byService = await ask('GET', 'cliente', noService, clientsRead, signal());
  const tickets = await ask('GET', 'cliente/atendimento', noService, ticketsRead, signal());
  const search = 'refusal' in byService && isUnknownSearch(byService.refusal) ? 'unknown search' : undefined;
  return [
    reached,
    token,
    { what: 'API', state: 'found', detail: 'answers in JSON' },
    await lookup(),
    offered('Search by service', search, 'services are found by what they owe or owed'),
    offered(
      'List of tickets',
      troubleIn(tickets),
      'protocols of unlocks, and tickets whose answer was lost, cannot be found',
    ),
  ];
}

function troubleIn(heard: Heard<unknown>): string | undefined {
  return 'trouble' in heard ? heard.trouble : undefined;
}
