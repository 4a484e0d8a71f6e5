import type { ErpKind } from '../../erp/registry.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { HubsoftChoices } from './acts.ts';
import { createHubsoftErp } from './client.ts';
import { type HubsoftAddress, openHubsoftConnection } from './connection.ts';

/** How to reach a provider's HubSoft, and what it is asked to do. */
export interface HubsoftSettings extends HubsoftAddress, HubsoftChoices {}

/**
 * A request that we gave up after an act's 8 s may still wait for a worker of HubSoft; two seconds more cover what it has
 * begun. Should it take even longer, its own rule (one unlock a month) keeps a repetition from doing anything.
 */
const settleMs = 10_000;

/** The kind of ERP that a provider's HubSoft is. */
export function hubsoftKind(
  settings: HubsoftSettings,
  parts: { readonly clock: Clock; readonly logger: Logger; readonly timeZone: string },
): ErpKind {
  const connect = () => createHubsoftErp({ ...settings, ...parts, connection: openHubsoftConnection(settings, parts) });
  return { connect, settleMs };
}
