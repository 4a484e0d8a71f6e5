import type { ProviderTransaction } from './provider.ts';

/** One of the provider's people, or of its lists. */
export interface Named {
  readonly id: number;
  readonly name: string;
}

/** The member of the staff with an e-mail address, such as the one under whose name a program works. */
export async function staffMemberOf({ db, tenantId }: ProviderTransaction, email: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('staff_member')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where((eb) => eb(eb.fn('lower', ['email']), '=', email.toLowerCase()))
    .orderBy('active', 'desc')
    .orderBy('id')
    .executeTakeFirst();
  return row?.id;
}

/** Whether all of these are members of the staff. */
export async function areStaff({ db, tenantId }: ProviderTransaction, ids: readonly number[]): Promise<boolean> {
  const wanted = new Set(ids);
  if (wanted.size === 0) return true;
  const rows = await db
    .selectFrom('staff_member')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('id', 'in', [...wanted])
    .execute();
  return rows.length === wanted.size;
}
