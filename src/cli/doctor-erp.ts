import type { Config } from '../config.ts';
import type { TaxId } from '../kernel/tax-id.ts';
import type { Finding } from './doctor-checks.ts';
import { lookAtHubsoft } from './doctor-hubsoft.ts';
import { lookAtSgp } from './doctor-sgp.ts';

/** The configured ERP, step by step; a step that fails ends the look, since the next ones need it. */
export async function lookAtErp(config: Config, document: TaxId | undefined): Promise<Finding[]> {
  if (config.sgp !== undefined) return lookAtSgp(config.sgp, config.timeZone, document);
  if (config.hubsoft !== undefined) return lookAtHubsoft(config.hubsoft, config.timeZone, document);
  return [{ what: 'ERP', state: 'found', detail: 'embedded: our own, in the database; there is nothing to reach' }];
}
