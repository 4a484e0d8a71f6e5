import { sql } from 'kysely';
import type { Database } from '../storage/database.ts';
import type { StoredFiles } from './recording-files.ts';
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
): Promise<{ tenantId: number; name: string }[]> {
  const rows = await db
    .selectFrom('recording')
    .innerJoin('tenant', 'tenant.id', 'recording.tenant_id')
    .select(['recording.tenant_id', 'recording.name', 'recording.ended_at', 'tenant.recording_days'])
    .where('recording.tenant_id', '=', tenantId)
    .where('state', '=', 'stored')
    .where('held', '=', false)
    .where('ended_at', '<', new Date(now.getTime() - 86_400_000))
    .execute();
  return rows
    .filter((row) => (row.ended_at?.getTime() ?? 0) < now.getTime() - row.recording_days * 86_400_000)
    .map((row) => ({ tenantId: row.tenant_id, name: row.name }));
}
