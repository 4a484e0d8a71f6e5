import { type RawBuilder, sql } from 'kysely';
import { type DayWindow, type Page, type Paged, readPage, within } from '../page.ts';
import type { Provider } from '../provider.ts';
import type { Named } from '../staff.ts';
import {
  type ConcernedContract,
  type ConcernedFilter,
  concernedConditions,
  concernedContract,
  concernedJoins,
  namedBy,
  nameOf,
} from './concerned-contract.ts';

export type ServiceOrderStatus = 'awaiting_schedule' | 'pending' | 'done' | 'cancelled';

/** A service order with what other systems are told of it. */
export interface ServiceOrderRecord {
  readonly id: number;
  readonly reason: Named;
  readonly status: ServiceOrderStatus;
  readonly openedAt: Date;
  readonly scheduledFrom: Date | null;
  readonly scheduledTo: Date | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly openingText: string;
  readonly serviceText: string;
  readonly closingText: string | null;
  readonly closingResult: string | null;
  readonly openedBy: string | null;
  readonly closedBy: string | null;
  readonly technicians: readonly Named[];
  readonly contract: ConcernedContract;
  readonly ticket: OrderedByTicket | null;
}

/** The ticket that an order was opened for; its people and lists by name. */
export interface OrderedByTicket {
  readonly id: number;
  readonly protocol: string;
  readonly kind: string;
  readonly openedBy: string | null;
  readonly assignedTo: string | null;
  readonly closedBy: string | null;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  readonly department: string | null;
  readonly closingResult: string | null;
  readonly closingReason: string | null;
}

/** Each one given must hold. */
export interface ServiceOrderFilter extends ConcernedFilter {
  readonly id?: number | undefined;
  readonly tickets?: readonly number[] | undefined;
  readonly statuses?: readonly ServiceOrderStatus[] | undefined;
  readonly reasons?: readonly number[] | undefined;
  readonly technicians?: readonly number[] | undefined;
  readonly days?: ({ readonly of: keyof typeof instants } & DayWindow) | undefined;
}

/** An order that has not been scheduled yet stands where it was opened, so that it is missing in no list. */
const instants = {
  opened: sql`o.opened_at`,
  scheduledFrom: sql`coalesce(o.scheduled_from, o.opened_at)`,
  scheduledTo: sql`coalesce(o.scheduled_to, o.opened_at)`,
  started: sql`o.started_at`,
  finished: sql`o.finished_at`,
} as const;

export interface ServiceOrderOrder {
  readonly by: 'opened' | 'scheduledFrom';
  readonly descending: boolean;
}

const columns = sql`
  o.id, ${namedBy('service_order_reason', 'o.reason_id')} as reason, o.status, o.opened_at as "openedAt",
  o.scheduled_from as "scheduledFrom", o.scheduled_to as "scheduledTo", o.started_at as "startedAt",
  o.finished_at as "finishedAt", o.opening_text as "openingText", o.service_text as "serviceText",
  o.closing_text as "closingText", o.closing_result as "closingResult",
  ${nameOf('staff_member', 'o.opened_by_id')} as "openedBy", ${nameOf('staff_member', 'o.closed_by_id')} as "closedBy",
  coalesce((select json_agg(json_build_object('id', m.id, 'name', m.name) order by m.id)
     from service_order_technician x
     join staff_member m on m.tenant_id = x.tenant_id and m.id = x.staff_member_id
    where x.tenant_id = o.tenant_id and x.service_order_id = o.id), '[]') as technicians,
  ${concernedContract} as contract,
  (select json_build_object('id', t.id, 'protocol', t.protocol, 'kind', ${nameOf('ticket_kind', 't.kind_id')},
            'openedBy', ${nameOf('staff_member', 't.opened_by_id')}, 'assignedTo', ${nameOf('staff_member', 't.assigned_to_id')},
            'closedBy', ${nameOf('staff_member', 't.closed_by_id')}, 'openedAt', t.opened_at, 'closedAt', t.closed_at,
            'department', ${nameOf('department', 't.department_id')}, 'closingResult', t.closing_result,
            'closingReason', ${nameOf('ticket_closing_reason', 't.closing_reason_id')})
     from ticket t where t.tenant_id = o.tenant_id and t.id = o.ticket_id) as ticket`;

const from = sql`
  service_order o
  join contract c on c.tenant_id = o.tenant_id and c.id = o.contract_id
  ${concernedJoins}`;

type Row = Omit<ServiceOrderRecord, 'ticket'> & {
  readonly ticket:
    | (Omit<OrderedByTicket, 'openedAt' | 'closedAt'> & { openedAt: string; closedAt: string | null })
    | null;
};

/** A page of the provider's service orders. */
export async function serviceOrderRecords(
  { db, tenantId, timeZone }: Provider,
  filter: ServiceOrderFilter,
  page: Page,
  { by, descending }: ServiceOrderOrder = { by: 'opened', descending: false },
): Promise<Paged<ServiceOrderRecord>> {
  const { id, tickets, statuses, reasons, technicians, days } = filter;
  const where: RawBuilder<unknown>[] = [sql`o.tenant_id = ${tenantId}`, ...concernedConditions(filter)];
  if (id !== undefined) where.push(sql`o.id = ${id}`);
  if (tickets !== undefined) where.push(sql`o.ticket_id = any(${tickets})`);
  if (statuses !== undefined) where.push(sql`o.status = any(${statuses})`);
  if (reasons !== undefined) where.push(sql`o.reason_id = any(${reasons})`);
  if (technicians !== undefined) {
    where.push(sql`exists (select from service_order_technician x
      where x.tenant_id = o.tenant_id and x.service_order_id = o.id and x.staff_member_id = any(${technicians}))`);
  }
  if (days !== undefined) where.push(...within(instants[days.of], days, timeZone));
  const direction = descending ? sql`desc` : sql`asc`;
  const order = sql`${instants[by]} ${direction}, o.id ${direction}`;
  const { total, rows } = await readPage<Row>(db, { columns, key: sql`o.id`, from, where, order, page });
  return { total, rows: rows.map((row) => ({ ...row, ticket: row.ticket === null ? null : ticketOf(row.ticket) })) };
}

function ticketOf(ticket: NonNullable<Row['ticket']>): OrderedByTicket {
  return {
    ...ticket,
    openedAt: new Date(ticket.openedAt),
    closedAt: ticket.closedAt === null ? null : new Date(ticket.closedAt),
  };
}
