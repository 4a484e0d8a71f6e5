import type { Insertable } from 'kysely';
import type { DB } from '../../storage/tables.generated.ts';

/** Tables that the demonstration fills, in the order in which they may be. */
export const demoTables = [
  'city',
  'district',
  'address',
  'department',
  'staff_member',
  'pop',
  'equipment',
  'network_interface',
  'service_zone',
  'service_zone_interface',
  'maintenance',
  'subscriber',
  'subscriber_phone',
  'subscriber_email',
  'plan',
  'plan_city',
  'contract',
  'contract_package',
  'alert',
  'billing_account',
  'invoice',
  'invoice_item',
  'radgroupreply',
  'radusergroup',
  'radcheck',
  'radacct',
  'prospect',
  'prospect_plan',
] as const;
export type DemoTable = (typeof demoTables)[number];

/** Those whose ids other rows name, so that they are given out before anything is written. */
export const numberedTables = [
  'city',
  'district',
  'address',
  'department',
  'pop',
  'equipment',
  'network_interface',
  'service_zone',
  'subscriber',
  'plan',
  'contract',
  'billing_account',
  'invoice',
  'prospect',
] as const;
export type NumberedTable = (typeof numberedTables)[number];

/** Rows waiting to be written, and the numbers that they take. */
export class DemoRows {
  readonly tenantId: number;
  readonly #rows = new Map<DemoTable, object[]>();
  readonly #next: Map<NumberedTable, number>;

  /** @param first the first free id of each numbered table */
  constructor(tenantId: number, first: ReadonlyMap<NumberedTable, number>) {
    this.tenantId = tenantId;
    this.#next = new Map(first);
  }

  /** Adds a row of a table of the tenant's. Rows of one table have the same columns. */
  add<T extends DemoTable>(table: T, row: Omit<Insertable<DB[T]>, 'tenant_id'>): void {
    this.#add(table, { tenant_id: this.tenantId, ...row });
  }

  /** Adds a row with the table's next id, and returns that id. */
  number<T extends NumberedTable>(table: T, row: Omit<Insertable<DB[T]>, 'tenant_id' | 'id'>): number {
    const id = this.#next.get(table) ?? 1;
    this.#next.set(table, id + 1);
    this.#add(table, { tenant_id: this.tenantId, id, ...row });
    return id;
  }

  /** Adds a row of a table of FreeRADIUS's, which know no tenant. */
  radius<T extends DemoTable & `rad${string}`>(table: T, row: Insertable<DB[T]>): void {
    this.#add(table, row);
  }

  of(table: DemoTable): readonly object[] {
    return this.#rows.get(table) ?? [];
  }

  /** The id that the table's next row will take. */
  nextId(table: NumberedTable): number {
    return this.#next.get(table) ?? 1;
  }

  #add(table: DemoTable, row: object): void {
    const rows = this.#rows.get(table);
    if (rows === undefined) this.#rows.set(table, [row]);
    else rows.push(row);
  }
}
