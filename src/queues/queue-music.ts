import type { QueueSettings } from './schemas.ts';

/** The name of a queue's own music, for each tenant another. */
export function musicName(tenantId: number, number: string): string {
  return `queue-${tenantId}-${number}`;
}

/** What the callers of a queue hear; undefined: the usual music. */
export function musicOf(tenantId: number, { number, ownMusic }: QueueSettings): string | undefined {
  return ownMusic ? musicName(tenantId, number) : undefined;
}
