import type { ErpKind } from '../../erp/registry.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { createSgpErp } from './client.ts';
import { openSgpConnection, type SgpAddress } from './connection.ts';

/** How to reach a provider's SGP, and what we write into its tickets. */
export interface SgpSettings extends SgpAddress {
  readonly ticketType: number | undefined;
  readonly orderReason: string | undefined;
}

/**
 * A request that we gave up after an act's 8 s may still wait for a worker of SGP. Two seconds more cover what it has
 * begun; should it take even longer, its own limit of one promise a month keeps a repetition from doing anything.
 */
const settleMs = 10_000;

/** The kind of ERP that a provider's SGP is. */
export function sgpKind(
  settings: SgpSettings,
  parts: { readonly clock: Clock; readonly logger: Logger; readonly timeZone: string },
): ErpKind {
  const { ticketType, orderReason } = settings;
  const connect = () => {
    const connection = openSgpConnection(settings);
    return createSgpErp({ ...parts, connection, ticketType, orderReason });
  };
  return { connect, settleMs };
}
