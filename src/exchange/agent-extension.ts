import type { Database } from '../storage/database.ts';

/** An agent's extension as other systems name it: by its number, or by the name that they know its user by. */
export type ExtensionName = { readonly number: string } | { readonly internalId: string };

/** The number of an extension that is in use; undefined when there is none of that name. */
export async function extensionNamed(db: Database, tenantId: number, name: ExtensionName): Promise<string | undefined> {
  const row = await db
    .selectFrom('extension')
    .select('number')
    .where('tenant_id', '=', tenantId)
    .where('enabled', '=', true)
    .where((where) =>
      'number' in name ? where('number', '=', name.number) : where('internal_id', '=', name.internalId),
    )
    .executeTakeFirst();
  return row?.number;
}
