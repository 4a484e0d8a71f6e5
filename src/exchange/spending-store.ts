import type { Database } from '../storage/database.ts';
import type { SpendingLimit, SpendingSubject, SpendingTrip } from './schemas.ts';
import type { ChargedCall } from './spending.ts';

/** The limits that a tenant set itself. */
export async function readLimits(db: Database, tenantId: number): Promise<SpendingLimit[]> {
  const rows = await db
    .selectFrom('spending_limit')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .orderBy('scope')
    .orderBy('subject')
    .execute();
  return rows.map((row) => ({
    scope: row.scope as SpendingLimit['scope'],
    subject: row.subject,
    callsPerHour: row.calls_per_hour,
    minutesPerDay: row.minutes_per_day,
  }));
}

/** Sets a limit in the place of the one before. */
export async function writeLimit(db: Database, tenantId: number, limit: SpendingLimit): Promise<void> {
  const { scope, subject, callsPerHour, minutesPerDay } = limit;
  const most = { calls_per_hour: callsPerHour, minutes_per_day: minutesPerDay };
  await db
    .insertInto('spending_limit')
    .values({ tenant_id: tenantId, scope, subject, ...most })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'scope', 'subject']).doUpdateSet(most))
    .execute();
}

/** @returns false when the tenant has set none of this kind */
export async function removeLimit(
  db: Database,
  tenantId: number,
  { scope, subject }: SpendingSubject,
): Promise<boolean> {
  const removed = await db
    .deleteFrom('spending_limit')
    .where((eb) => eb.and({ tenant_id: tenantId, scope, subject }))
    .executeTakeFirst();
  return removed.numDeletedRows > 0n;
}

/** The last trip of each guard and measure since an instant. */
export async function readTrips(db: Database, tenantId: number, since: Date): Promise<SpendingTrip[]> {
  const rows = await db
    .selectFrom('spending_trip')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('until', '>', since)
    .orderBy('tripped_at')
    .execute();
  return rows.map((row) => ({
    scope: row.scope as SpendingTrip['scope'],
    subject: row.subject,
    measure: row.measure as SpendingTrip['measure'],
    trippedAt: row.tripped_at.toISOString(),
    until: row.until.toISOString(),
    resetAt: row.reset_at?.toISOString() ?? null,
  }));
}

/** Stores that a guard tripped, in the place of its last time. */
export async function writeTrip(db: Database, tenantId: number, trip: SpendingTrip): Promise<void> {
  const { scope, subject, measure } = trip;
  const times = { tripped_at: trip.trippedAt, until: trip.until, reset_at: trip.resetAt };
  await db
    .insertInto('spending_trip')
    .values({ tenant_id: tenantId, scope, subject, measure, ...times })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'scope', 'subject', 'measure']).doUpdateSet(times))
    .execute();
}

/** Lets a guard's trips go that last. @returns false when there is none */
export async function resetTrips(
  db: Database,
  tenantId: number,
  { scope, subject }: SpendingSubject,
  at: Date,
): Promise<boolean> {
  const reset = await db
    .updateTable('spending_trip')
    .set({ reset_at: at })
    .where((eb) => eb.and({ tenant_id: tenantId, scope, subject }))
    .where('until', '>', at)
    .where('reset_at', 'is', null)
    .executeTakeFirst();
  return reset.numUpdatedRows > 0n;
}

/** Calls that somebody pays for which began after an instant, or go on, with their legs. */
export async function readChargedCalls(db: Database, tenantId: number, since: Date): Promise<ChargedCall[]> {
  const legs = await db
    .selectFrom('call_leg')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('charged_to', 'is not', null)
    .where((eb) => eb.or([eb('started_at', '>', since), eb('ended_at', 'is', null)]))
    .orderBy('started_at')
    .execute();
  const calls = new Map<string, ChargedCall>();
  for (const leg of legs) {
    const extension = leg.charged_to ?? '';
    const charge = { extension, kind: leg.charged_kind ?? '', number: leg.charged_number ?? '' };
    const key = `${leg.call_id} ${extension} ${charge.number}`;
    const call = calls.get(key) ?? { callId: leg.call_id, charge, placedMs: leg.started_at.getTime(), talks: [] };
    const fromMs = leg.answered_at?.getTime();
    const talk = { legId: leg.channel_id, untilMs: leg.ended_at?.getTime() };
    calls.set(key, { ...call, talks: [...call.talks, ...(fromMs === undefined ? [] : [{ ...talk, fromMs }])] });
  }
  return [...calls.values()];
}
