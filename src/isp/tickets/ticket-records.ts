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
} from './concerned-contract.ts';
import { type ServiceOrderRecord, serviceOrderRecords } from './service-order-records.ts';
import type { TicketState } from './ticket-state.ts';

/** A ticket with what other systems are told of it. */
export interface TicketRecord {
  readonly id: number;
  readonly protocol: string;
  readonly contract: ConcernedContract;
  readonly kind: Named;
  readonly status: Named & { readonly state: TicketState };
  readonly openingText: string;
  readonly closingText: string | null;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  readonly openedBy: Named | null;
  readonly assignedTo: StaffNamed | null;
  readonly closedBy: Named | null;
  readonly department: Named | null;
  readonly closingResult: string | null;
  readonly closingReason: Named | null;
  readonly contactName: string | null;
  readonly contactPhone: string | null;
  readonly contactEmail: string | null;
  readonly originIp: string | null;
  readonly draft: boolean;
  readonly diagnosis: string | null;
  readonly rating: number | null;
  readonly ratingComment: string | null;
  readonly orders: readonly ServiceOrderRecord[];
}

export interface StaffNamed extends Named {
  readonly email: string | null;
}

/** Each one given must hold. */
export interface TicketFilter extends ConcernedFilter {
  readonly id?: number | undefined;
  readonly protocol?: string | undefined;
  readonly kinds?: readonly number[] | undefined;
  readonly statuses?: readonly number[] | undefined;
  readonly closed?: boolean | undefined;
  readonly days?: ({ readonly of: keyof typeof instants } & DayWindow) | undefined;
}

const instants = { opened: sql`t.opened_at`, closed: sql`t.closed_at` } as const;

export interface TicketOrder {
  readonly by: keyof typeof instants;
  readonly descending: boolean;
}

const columns = sql`
  t.id, t.protocol, ${concernedContract} as contract, ${namedBy('ticket_kind', 't.kind_id')} as kind,
  json_build_object('id', st.id, 'name', st.name, 'state', st.state) as status,
  t.opening_text as "openingText", t.closing_text as "closingText", t.opened_at as "openedAt", t.closed_at as "closedAt",
  ${namedBy('staff_member', 't.opened_by_id')} as "openedBy", ${namedBy('staff_member', 't.closed_by_id')} as "closedBy",
  (select json_build_object('id', m.id, 'name', m.name, 'email', m.email) from staff_member m
    where m.tenant_id = t.tenant_id and m.id = t.assigned_to_id) as "assignedTo",
  ${namedBy('department', 't.department_id')} as department, t.closing_result as "closingResult",
  ${namedBy('ticket_closing_reason', 't.closing_reason_id')} as "closingReason",
  t.contact_name as "contactName", t.contact_phone as "contactPhone", t.contact_email as "contactEmail",
  host(t.origin_ip) as "originIp", t.draft, t.diagnosis, t.rating, t.rating_comment as "ratingComment"`;

const from = sql`
  ticket t
  join ticket_status st on st.tenant_id = t.tenant_id and st.id = t.status_id
  join contract c on c.tenant_id = t.tenant_id and c.id = t.contract_id
  ${concernedJoins}`;

/** A page of the provider's tickets; those without the instant that they are ordered by come last. */
export async function ticketRecords(
  provider: Provider,
  filter: TicketFilter,
  page: Page,
  { by, descending }: TicketOrder,
): Promise<Paged<TicketRecord>> {
  const { id, protocol, kinds, statuses, closed, days } = filter;
  const where: RawBuilder<unknown>[] = [
    sql`t.tenant_id = ${provider.tenantId}`,
    sql`t.deleted_at is null`,
    ...concernedConditions(filter),
  ];
  if (id !== undefined) where.push(sql`t.id = ${id}`);
  if (protocol !== undefined) where.push(sql`t.protocol = ${protocol}`);
  if (kinds !== undefined) where.push(sql`t.kind_id = any(${kinds})`);
  if (statuses !== undefined) where.push(sql`t.status_id = any(${statuses})`);
  if (closed !== undefined) where.push(closed ? sql`st.state = 'closed'` : sql`st.state <> 'closed'`);
  if (days !== undefined) where.push(...within(instants[days.of], days, provider.timeZone));
  const direction = descending ? sql`desc` : sql`asc`;
  // Every ticket has been opened: without `nulls last` the index gives them in order.
  const nulls = by === 'closed' ? sql`nulls last` : sql``;
  const order = sql`${instants[by]} ${direction} ${nulls}, t.id ${direction}`;
  const { total, rows } = await readPage<Omit<TicketRecord, 'orders'>>(provider.db, {
    columns,
    key: sql`t.id`,
    from,
    where,
    order,
    page,
  });
  const orders = await ordersOf(provider, rows);
  return { total, rows: rows.map((row) => ({ ...row, orders: orders.get(row.id) ?? [] })) };
}

/** The service orders of tickets, the earliest first, by the tickets' ids. */
async function ordersOf(provider: Provider, tickets: readonly { readonly id: number }[]) {
  if (tickets.length === 0) return new Map<number, ServiceOrderRecord[]>();
  const all = { offset: 0, limit: 2 ** 31 - 1 };
  const { rows } = await serviceOrderRecords(provider, { tickets: tickets.map(({ id }) => id) }, all);
  return Map.groupBy(rows, (order) => order.ticket?.id ?? 0);
}
