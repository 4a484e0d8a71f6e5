import type { SgpConfig } from '../config.ts';
import { systemClock } from '../kernel/clock.ts';
import { silentLogger } from '../kernel/logger.ts';
import type { TaxId } from '../kernel/tax-id.ts';
import type { ErpAnswer } from '../vendors/erp-connection.ts';
import { createSgpErp } from '../vendors/sgp/client.ts';
import { openSgpConnection, type SgpConnection } from '../vendors/sgp/connection.ts';
import { troubles } from '../vendors/sgp/trouble.ts';
import type { Finding } from './doctor-checks.ts';
import { lookUp, missing, notReached, offered, patienceMs, reached, settingsFound } from './erp-findings.ts';

/** A provider's SGP, step by step. */
export async function lookAtSgp(sgp: SgpConfig, timeZone: string, document: TaxId | undefined): Promise<Finding[]> {
  const connection = openSgpConnection(sgp);
  const settings = settingsFound('SGP', sgp.url, `application ${sgp.app}`, 'the token and documents');
  try {
    return [settings, ...(await steps(connection, timeZone, document))];
  } finally {
    await connection.close();
  }
}

async function steps(connection: SgpConnection, timeZone: string, document: TaxId | undefined): Promise<Finding[]> {
  const ask = (...[method, params]: [Parameters<SgpConnection['ask']>[0], Parameters<SgpConnection['ask']>[1]]) =>
    connection.ask(method, params, AbortSignal.timeout(patienceMs));
  // No contract has this number, so the right answer is that there is none.
  const answer = await ask('consultacliente', { contrato: 0 });
  const service: Finding = { what: 'Web service', state: 'found', detail: 'for voice menus, answers in JSON' };
  if ('trouble' in answer) {
    if (notReached.includes(answer.trouble)) return [missing('Reachable', answer, troubles)];
    if (answer.trouble !== 'refused_credentials') return [reached, missing('Web service', answer, troubles)];
    return [reached, service, missing('Credentials', answer, troubles)];
  }
  const parts = { connection, clock: systemClock, timeZone, logger: silentLogger };
  const lookup = await lookUp(
    'SGP',
    createSgpErp({ ...parts, ticketType: undefined, orderReason: undefined }),
    document,
  );
  const alerts = await ask('manutencao/list', {});
  const tickets = await ask('ocorrencia/list', { contrato: 0, offset: 0, limit: 1 });
  return [
    reached,
    service,
    { what: 'Credentials', state: 'found', detail: 'accepted' },
    lookup,
    offered('Alerts for all', troubleIn(alerts), 'none are told to callers'),
    offered('List of tickets', troubleIn(tickets), 'the protocol of an act whose answer was lost cannot be found'),
  ];
}

function troubleIn(answer: ErpAnswer): string | undefined {
  return 'trouble' in answer ? answer.trouble : undefined;
}
