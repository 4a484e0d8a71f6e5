import { sql } from 'kysely';
import type { Database } from '../storage/database.ts';
import type { StoredFiles } from './recording-files.ts';
import { type RecordingSummary, recordingSummary } from './schemas.ts';
import { type Stretch, stretchesInFile } from './silence.ts';

/** A recording that goes on, or went on when a process was killed. */
export interface OpenRecording {
  readonly tenantId: number;
  readonly name: string;
  readonly callId: string;
  readonly legId: string;
  readonly spoolName: string;
}

/** Adds one under the first free name: the name itself, then `name-2` and so on. @returns the name it has */
export async function addRecording(db: Database, recording: OpenRecording, startedAt: Date): Promise<string> {
  for (let turn = 1; ; turn++) {
    const name = turn === 1 ? recording.name : `${recording.name}-${turn}`;
    const added = await db
      .insertInto('recording')
      .values({
        tenant_id: recording.tenantId,
        name,
        call_id: recording.callId,
        leg_id: recording.legId,
        spool_name: recording.spoolName,
        state: 'running',
        started_at: startedAt,
      })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'name']).doNothing())
      .executeTakeFirst();
    if ((added.numInsertedOrUpdatedRows ?? 0n) > 0n) return name;
  }
}

/** A tenant's that are not over as far as is known. */
export async function openRecordings(
  db: Database,
  tenantId: number,
): Promise<(OpenRecording & { readonly callEnded: boolean })[]> {
  const rows = await db
    .selectFrom('recording')
    .innerJoin('call', (join) =>
      join.onRef('call.tenant_id', '=', 'recording.tenant_id').onRef('call.id', '=', 'recording.call_id'),
    )
    .leftJoin('call_leg', (join) =>
      join
        .onRef('call_leg.tenant_id', '=', 'recording.tenant_id')
        .onRef('call_leg.call_id', '=', 'recording.call_id')
        .onRef('call_leg.channel_id', '=', 'recording.leg_id'),
    )
    .select(['recording.tenant_id', 'recording.name', 'recording.call_id', 'leg_id', 'spool_name'])
    .select((eb) =>
      eb.or([eb('call.ended_at', 'is not', null), eb('call_leg.ended_at', 'is not', null)]).as('call_ended'),
    )
    .where('recording.tenant_id', '=', tenantId)
    .where('recording.state', 'in', ['running', 'paused'])
    .execute();
  return rows.map((row) => ({
    tenantId: row.tenant_id,
    name: row.name,
    callId: row.call_id,
    legId: row.leg_id,
    spoolName: row.spool_name,
    callEnded: Boolean(row.call_ended),
  }));
}

export async function setRecordingState(
  db: Database,
  { tenantId, name }: Pick<OpenRecording, 'tenantId' | 'name'>,
  state: 'running' | 'paused' | 'failed' | 'removed',
): Promise<void> {
  await db.updateTable('recording').set({ state }).where('tenant_id', '=', tenantId).where('name', '=', name).execute();
}

export async function recordingStored(
  db: Database,
  { tenantId, name }: Pick<OpenRecording, 'tenantId' | 'name'>,
  files: StoredFiles,
  endedAt: Date,
): Promise<void> {
  await db
    .updateTable('recording')
    .set({ state: 'stored', ended_at: endedAt, bytes: files.bytes, sha256: files.sha256 })
    .where('tenant_id', '=', tenantId)
    .where('name', '=', name)
    .execute();
}

/** Its files begin before this instant. */
export async function recordingRuns(
  db: Database,
  { tenantId, name }: Pick<OpenRecording, 'tenantId' | 'name'>,
  since: Date,
): Promise<void> {
  await db
    .updateTable('recording')
    .set({ running_at: since })
    .where('tenant_id', '=', tenantId)
    .where('name', '=', name)
    .execute();
}

/** Nothing of this stretch may be heard when it is stored. */
export async function addSilence(
  db: Database,
  { tenantId, name }: Pick<OpenRecording, 'tenantId' | 'name'>,
  { from, until }: Stretch,
): Promise<void> {
  await db
    .updateTable('recording')
    .set({ silenced: sql`silenced + tstzmultirange(tstzrange(${from}, ${until}))` })
    .where('tenant_id', '=', tenantId)
    .where('name', '=', name)
    .execute();
}

/** Where in its files nothing may be heard. */
export async function silencesOf(db: Database, { tenantId, name }: Pick<OpenRecording, 'tenantId' | 'name'>) {
  const { rows } = await sql<Stretch & { after: Date; before: Date }>`
    select lower(stretch) as "from", upper(stretch) as until, started_at as after,
      coalesce(running_at, started_at) as before
    from recording, unnest(silenced) as stretch where tenant_id = ${tenantId} and name = ${name}`.execute(db);
  return rows.flatMap(({ after, before, ...stretch }) => stretchesInFile([stretch], { after, before }));
}

/** Stored ones of a tenant whose days are over, but for those that are held. */
export async function outlivedRecordings(
  db: Database,
  tenantId: number,
  now: Date,
): Promise<{ name: string; isArchived: boolean }[]> {
  const rows = await db
    .selectFrom('recording')
    .innerJoin('tenant', 'tenant.id', 'recording.tenant_id')
    .select(['recording.name', 'recording.ended_at', 'recording.archived_at', 'tenant.recording_days'])
    .where('recording.tenant_id', '=', tenantId)
    .where('state', '=', 'stored')
    .where('held', '=', false)
    .where('ended_at', '<', new Date(now.getTime() - 86_400_000))
    .execute();
  return rows
    .filter((row) => (row.ended_at?.getTime() ?? 0) < now.getTime() - row.recording_days * 86_400_000)
    .map(({ name, archived_at }) => ({ name, isArchived: archived_at !== null }));
}

/** The first recording of each call that has one. */
export async function recordingsOfCalls(
  db: Database,
  tenantId: number,
  callIds: readonly string[],
): Promise<Map<string, { name: string; bytes: number | null }>> {
  if (callIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('recording')
    .select(['call_id', 'name', 'bytes'])
    .where('tenant_id', '=', tenantId)
    // One parameter, however many there are: five hundred take longer to plan than to find.
    .where('call_id', '=', sql<string>`any(${callIds}::uuid[])`)
    .where('state', 'in', ['running', 'paused', 'stored'])
    .orderBy('started_at', 'desc')
    .execute();
  // The first of a call's: later ones in this order are earlier in time.
  return new Map(rows.map(({ call_id: callId, name, bytes }) => [callId, { name, bytes }]));
}

export async function recordingsOfCall(db: Database, tenantId: number, callId: string): Promise<RecordingSummary[]> {
  const rows = await db
    .selectFrom('recording')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('call_id', '=', callId)
    .orderBy('started_at')
    .execute();
  return rows.map((row) => ({
    name: row.name,
    state: recordingSummary.shape.state.parse(row.state),
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    bytes: row.bytes,
    sha256: row.sha256,
    held: row.held,
    archivedAt: row.archived_at?.toISOString() ?? null,
  }));
}

export async function isStored(db: Database, tenantId: number, name: string): Promise<boolean> {
  const row = await storedOnes(db, tenantId).select('name').where('name', '=', name).executeTakeFirst();
  return row !== undefined;
}

/** Those that are to go into the object store: what failed least often first, so that none stands in the way of others. */
export async function unarchivedRecordings(
  db: Database,
  tenantId: number,
): Promise<{ name: string; sha256: string | null }[]> {
  return storedOnes(db, tenantId)
    .select(['name', 'sha256'])
    .where('archived_at', 'is', null)
    .orderBy('archive_tries')
    .orderBy('ended_at')
    .limit(1_000)
    .execute();
}

export async function unarchivedCount(db: Database, tenantId: number): Promise<number> {
  const row = await storedOnes(db, tenantId)
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('archived_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

export async function recordingArchived(db: Database, tenantId: number, name: string, at: Date): Promise<void> {
  await db
    .updateTable('recording')
    .set({ archived_at: at })
    .where('tenant_id', '=', tenantId)
    .where('name', '=', name)
    .execute();
}

export async function recordingNotArchived(db: Database, tenantId: number, name: string): Promise<void> {
  await db
    .updateTable('recording')
    .set((eb) => ({ archive_tries: eb('archive_tries', '+', 1) }))
    .where('tenant_id', '=', tenantId)
    .where('name', '=', name)
    .execute();
}

function storedOnes(db: Database, tenantId: number) {
  return db.selectFrom('recording').where('tenant_id', '=', tenantId).where('state', '=', 'stored');
}
