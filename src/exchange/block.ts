import { isEmergency } from './dialling.ts';

/** Blocks a tenant: its phones stay registered, and no new call is taken or placed but those for help. */
export interface TenantBlock {
  /** Whether the tenant of this exchange may not be called, or may not call this number, now. */
  refuses(dialled: string): boolean;
}

/** @param isBlocked asked at each call */
export function createTenantBlock(isBlocked: () => boolean): TenantBlock {
  return { refuses: (dialled) => isBlocked() && !isEmergency(dialled) };
}
