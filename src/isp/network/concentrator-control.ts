import { sql } from 'kysely';
import { AppError } from '../../kernel/errors.ts';
import type { Provider } from '../provider.ts';
import type { RadiusPeer } from './radius-exchange.ts';

/** How a concentrator takes requests. The secret is for the exchange alone: never logged, never in an API. */
export interface ConcentratorControl extends RadiusPeer {
  readonly equipmentId: number;
  /** When it last answered, to the day; undefined when never since its control was set. */
  readonly answeredAt: Date | undefined;
}

/** What is needed of a provider here. */
type Owner = Pick<Provider, 'db' | 'tenantId'>;

const day = 86_400_000;

/**
 * The control of the concentrator that calls itself `nasAddress` in accounting; undefined when nobody has set it. Only
 * the very one: another one would truthfully deny a session that it never had.
 */
export async function selectControl(
  { db, tenantId }: Owner,
  nasAddress: string,
): Promise<ConcentratorControl | undefined> {
  const row = await db
    .selectFrom('equipment as e')
    .innerJoin('concentrator_control as c', (join) =>
      join.onRef('c.tenant_id', '=', 'e.tenant_id').onRef('c.equipment_id', '=', 'e.id'),
    )
    .select(['e.id', 'c.port', 'c.secret', 'c.answered_at', sql<string | null>`host(c.address)`.as('address')])
    .where('e.tenant_id', '=', tenantId)
    .where('e.role', '=', 'concentrator')
    .where((where) => where.or([where('e.ipv4', '=', nasAddress), where('e.ipv6', '=', nasAddress)]))
    .orderBy('e.id')
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    equipmentId: row.id,
    address: row.address ?? nasAddress,
    port: row.port,
    secret: row.secret,
    answeredAt: row.answered_at === null ? undefined : new Date(row.answered_at),
  };
}

/** Remembers that a concentrator answers. Its day is enough, and costs one write a day. */
export async function noteAnswer({ db, tenantId }: Owner, control: ConcentratorControl, now: Date): Promise<void> {
  if (control.answeredAt !== undefined && now.getTime() - control.answeredAt.getTime() < day) return;
  await db
    .updateTable('concentrator_control')
    .set({ answered_at: now })
    .where('tenant_id', '=', tenantId)
    .where('equipment_id', '=', control.equipmentId)
    .execute();
}

/** A concentrator as an administrator sees it. */
export interface ListedConcentrator {
  readonly equipmentId: number;
  readonly name: string;
  /** What it calls itself in accounting. */
  readonly nasAddress: string | undefined;
  /** Where it takes requests; undefined when nobody has set it. */
  readonly control:
    | { readonly address: string | undefined; readonly port: number; readonly answeredAt: Date | undefined }
    | undefined;
}

/** Every concentrator of a provider, in the order of their ids. */
export async function listConcentrators({ db, tenantId }: Owner): Promise<ListedConcentrator[]> {
  const rows = await db
    .selectFrom('equipment as e')
    .leftJoin('concentrator_control as c', (join) =>
      join.onRef('c.tenant_id', '=', 'e.tenant_id').onRef('c.equipment_id', '=', 'e.id'),
    )
    .select([
      'e.id',
      'e.name',
      'c.port',
      'c.answered_at',
      sql<string | null>`host(coalesce(e.ipv4, e.ipv6))`.as('nas_address'),
      sql<string | null>`host(c.address)`.as('address'),
    ])
    .where('e.tenant_id', '=', tenantId)
    .where('e.role', '=', 'concentrator')
    .orderBy('e.id')
    .execute();
  return rows.map((row) => ({
    equipmentId: row.id,
    name: row.name,
    nasAddress: row.nas_address ?? undefined,
    control:
      row.port === null
        ? undefined
        : {
            address: row.address ?? row.nas_address ?? undefined,
            port: row.port,
            answeredAt: row.answered_at === null ? undefined : new Date(row.answered_at),
          },
  }));
}

/**
 * Sets how a concentrator is asked; whether it ever answered is then open again.
 * @param address where it is reached, when that is not what it calls itself
 * @throws AppError `not_found` when it is no concentrator of this provider's
 */
export async function setControl(
  { db, tenantId }: Owner,
  equipmentId: number,
  control: { readonly address: string | undefined; readonly port: number; readonly secret: string },
): Promise<void> {
  const known = await db
    .selectFrom('equipment')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', equipmentId)
    .where('role', '=', 'concentrator')
    .executeTakeFirst();
  if (known === undefined) {
    throw new AppError(
      'not_found',
      `There is no concentrator ${equipmentId}. "npm run concentrators -- list" lists them.`,
    );
  }
  const values = { address: control.address ?? null, port: control.port, secret: control.secret, answered_at: null };
  await db
    .insertInto('concentrator_control')
    .values({ tenant_id: tenantId, equipment_id: equipmentId, ...values })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'equipment_id']).doUpdateSet(values))
    .execute();
}

/** Forgets how a concentrator is asked. @returns false when it was not known */
export async function forgetControl({ db, tenantId }: Owner, equipmentId: number): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('concentrator_control')
    .where('tenant_id', '=', tenantId)
    .where('equipment_id', '=', equipmentId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
