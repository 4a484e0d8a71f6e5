import { sql } from 'kysely';
import { addDays, startOfDay } from '../../kernel/clock.ts';
import type { Page, Paged } from '../page.ts';
import type { Provider } from '../provider.ts';

export interface ServiceOrderRecord {
  readonly id: number;
  readonly reasonId: number;
  readonly reason: string;
  readonly status: 'awaiting_schedule' | 'pending' | 'done' | 'cancelled';
  readonly scheduledFrom: Date | null;
  readonly finishedAt: Date | null;
}

/** A ticket with what other systems are told of it. */
export interface TicketRecord {
  readonly id: number;
  readonly protocol: string;
  readonly contractId: number;
  readonly subscriberName: string;
  readonly kindId: number;
  readonly kind: string;
  readonly state: 'awaiting_review' | 'pending' | 'closed';
  readonly text: string;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  readonly assignedTo: string | null;
  readonly orders: readonly ServiceOrderRecord[];
}

/** Each one given must hold. */
export interface TicketFilter {
  readonly protocol?: string | undefined;
  readonly contract?: number | undefined;
  /** Without punctuation. */
  readonly document?: string | undefined;
  readonly kind?: number | undefined;
  readonly closed?: boolean | undefined;
  /** Calendar days of the provider, `YYYY-MM-DD`, both included. */
  readonly openedFrom?: string | undefined;
  readonly openedTo?: string | undefined;
}

type Row = Omit<TicketRecord, 'orders'> & {
  readonly total: number;
  readonly orders: (Omit<ServiceOrderRecord, 'scheduledFrom' | 'finishedAt'> & {
    scheduledFrom: string | null;
    finishedAt: string | null;
  })[];
};

/** A page of the provider's tickets, the latest first. */
export async function ticketRecords(
  { db, tenantId, timeZone }: Provider,
  filter: TicketFilter,
  page: Page,
): Promise<Paged<TicketRecord>> {
  const conditions = [sql`t.tenant_id = ${tenantId}`, sql`t.deleted_at is null`];
  const { protocol, contract, document, kind, closed, openedFrom, openedTo } = filter;
  if (protocol !== undefined) conditions.push(sql`t.protocol = ${protocol}`);
  if (contract !== undefined) conditions.push(sql`t.contract_id = ${contract}`);
  if (document !== undefined) conditions.push(sql`s.document = ${document}`);
  if (kind !== undefined) conditions.push(sql`t.kind_id = ${kind}`);
  if (closed !== undefined) conditions.push(closed ? sql`st.state = 'closed'` : sql`st.state <> 'closed'`);
  if (openedFrom !== undefined) conditions.push(sql`t.opened_at >= ${startOfDay(openedFrom, timeZone)}`);
  if (openedTo !== undefined) conditions.push(sql`t.opened_at < ${startOfDay(addDays(openedTo, 1), timeZone)}`);
  const from = sql`
      from ticket t
      join ticket_kind k on k.tenant_id = t.tenant_id and k.id = t.kind_id
      join ticket_status st on st.tenant_id = t.tenant_id and st.id = t.status_id
      join contract c on c.tenant_id = t.tenant_id and c.id = t.contract_id
      join subscriber s on s.tenant_id = c.tenant_id and s.id = c.subscriber_id
      left join staff_member m on m.tenant_id = t.tenant_id and m.id = t.assigned_to_id
     where ${sql.join(conditions, sql` and `)}`;
  const { rows: counted } = await sql<{ total: number }>`select count(*) as total ${from}`.execute(db);
  const { rows } = await sql<Row>`
    select t.id, t.protocol, t.contract_id as "contractId", s.name as "subscriberName", t.kind_id as "kindId", k.name as kind,
           st.state, t.opening_text as text, t.opened_at as "openedAt", t.closed_at as "closedAt", m.name as "assignedTo",
           coalesce((select json_agg(json_build_object('id', o.id, 'reasonId', o.reason_id, 'reason', r.name, 'status', o.status,
                       'scheduledFrom', o.scheduled_from, 'finishedAt', o.finished_at) order by o.id)
              from service_order o
              join service_order_reason r on r.tenant_id = o.tenant_id and r.id = o.reason_id
             where o.tenant_id = t.tenant_id and o.ticket_id = t.id), '[]') as orders
      ${from}
     order by t.opened_at desc, t.id desc
    offset ${page.offset} limit ${page.limit}`.execute(db);
  return {
    total: counted[0]?.total ?? 0,
    rows: rows.map((row) => ({
      ...row,
      orders: row.orders.map((order) => ({
        ...order,
        scheduledFrom: order.scheduledFrom === null ? null : new Date(order.scheduledFrom),
        finishedAt: order.finishedAt === null ? null : new Date(order.finishedAt),
      })),
    })),
  };
}
