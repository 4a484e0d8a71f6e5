import type { ProviderTransaction } from '../provider.ts';

/** A technician's visit that is asked for. */
export interface Visit {
  readonly ticketId: number;
  readonly contractId: number;
  /** What the technician is sent for, of the provider's list. */
  readonly reasonId: number;
  readonly text: string;
  /** It awaits being scheduled when left out. */
  readonly status?: 'awaiting_schedule' | 'pending' | undefined;
  /** When it is hoped to be. */
  readonly slot?: { readonly from: Date; readonly to: Date } | undefined;
  readonly technicianIds?: readonly number[] | undefined;
  readonly openedById?: number | undefined;
}

/** Writes a service order, as a part of what the transaction does. */
export async function orderVisit({ db, tenantId, clock }: ProviderTransaction, visit: Visit): Promise<void> {
  const { id } = await db
    .insertInto('service_order')
    .values({
      tenant_id: tenantId,
      ticket_id: visit.ticketId,
      contract_id: visit.contractId,
      reason_id: visit.reasonId,
      status: visit.status ?? 'awaiting_schedule',
      opened_at: clock.now(),
      scheduled_from: visit.slot?.from,
      scheduled_to: visit.slot?.to,
      opening_text: visit.text,
      service_text: visit.text,
      opened_by_id: visit.openedById,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const technicians = [...new Set(visit.technicianIds)];
  if (technicians.length === 0) return;
  await db
    .insertInto('service_order_technician')
    .values(technicians.map((staff) => ({ tenant_id: tenantId, service_order_id: id, staff_member_id: staff })))
    .execute();
}

/** Closes the orders of a ticket that are still open, as a part of what the transaction does. */
export async function closeVisits(
  { db, tenantId, clock }: ProviderTransaction,
  ticketId: number,
  closing: { readonly text: string; readonly result: string; readonly byId: number | undefined },
): Promise<void> {
  await db
    .updateTable('service_order')
    .set({
      status: 'done',
      finished_at: clock.now(),
      closing_text: closing.text,
      closing_result: closing.result,
      closed_by_id: closing.byId ?? null,
    })
    .where('tenant_id', '=', tenantId)
    .where('ticket_id', '=', ticketId)
    .where('status', 'in', ['awaiting_schedule', 'pending'])
    .execute();
}
