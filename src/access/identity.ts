import type { CredentialKind } from './schemas.ts';

/** Who a request comes from, after its credentials were checked. */
export interface Identity {
  readonly tenantId: number;
  readonly kind: CredentialKind;
  readonly name: string;
  readonly role: string | null;
}

interface Row {
  readonly tenant_id: number;
  readonly kind: string;
  readonly name: string;
  readonly role: string | null;
}

export function identityOf(row: Row): Identity {
  return { tenantId: row.tenant_id, kind: row.kind as CredentialKind, name: row.name, role: row.role };
}
