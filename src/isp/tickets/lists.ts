import type { ProviderTransaction } from '../provider.ts';
import type { TicketState } from './ticket-state.ts';

/** Whether one of the provider's lists holds an id. */
export async function listed(
  { db, tenantId }: ProviderTransaction,
  list: 'ticket_kind' | 'ticket_closing_reason' | 'service_order_reason',
  id: number,
): Promise<boolean> {
  const row = await db
    .selectFrom(list)
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row !== undefined;
}

/** Where a ticket stands that has one of the provider's statuses; undefined: there is no such status. */
export async function stateOfStatus(
  { db, tenantId }: ProviderTransaction,
  id: number,
): Promise<TicketState | undefined> {
  const row = await db
    .selectFrom('ticket_status')
    .select((eb) => eb.ref('state').$castTo<TicketState>().as('state'))
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.state;
}

export async function departmentNamed(
  { db, tenantId }: ProviderTransaction,
  idOrName: string,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('department')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where((eb) =>
      eb.or([eb(eb.cast('id', 'text'), '=', idOrName), eb(eb.fn('lower', ['name']), '=', idOrName.toLowerCase())]),
    )
    .executeTakeFirst();
  return row?.id;
}
