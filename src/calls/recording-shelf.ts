import { open } from 'node:fs/promises';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Database } from '../storage/database.ts';
import type { ObjectStore } from './object-store.ts';
import type { RecordingFiles } from './recording-files.ts';
import {
  isStored,
  outlivedRecordings,
  recordingArchived,
  recordingNotArchived,
  recordingsOfCall,
  recordingsOfCalls,
  setRecordingState,
  unarchivedCount,
  unarchivedRecordings,
} from './recording-store.ts';
import type { RecordingShelf } from './service.ts';

interface Parts {
  readonly db: Database;
  readonly files: RecordingFiles;
  /** Where stored ones go; undefined: they stay in the home. */
  readonly archive: ObjectStore | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly tenantId: number;
}

const kinds = ['wav', 'gsm'] as const;
/** A run goes on this long, and gives up when so many in a row failed: the service is down, or refuses us. */
const runMs = 50_000;
const mostFailures = 3;

/** The recordings of a tenant that are over: in the home, and in the object store where there is one. */
export function createRecordingShelf(parts: Parts): RecordingShelf {
  const { db, files, archive, clock, logger, tenantId } = parts;
  const alarms = alarmsOf(parts.metrics);
  const keyOf = (name: string, kind: string): string => `${tenantId}/${name}.${kind}`;

  async function archiveOne(name: string, sha256: string | null, to: ObjectStore): Promise<void> {
    if ((await files.sha256(tenantId, name)) !== sha256) {
      throw new AppError('internal', `The file of recording ${name} is not what was stored.`);
    }
    for (const kind of kinds) await to.put(keyOf(name, kind), await files.path(tenantId, name, kind));
    await recordingArchived(db, tenantId, name, clock.now());
    await files.remove(tenantId, name);
  }

  async function forget(name: string, isArchived: boolean): Promise<void> {
    if (isArchived) {
      if (archive === undefined) throw unnamedStore();
      for (const kind of kinds) await archive.remove(keyOf(name, kind));
    }
    await files.remove(tenantId, name);
    await setRecordingState(db, { tenantId, name }, 'removed');
  }

  return {
    of: (callIds) => recordingsOfCalls(db, tenantId, callIds),
    list: (callId) => recordingsOfCall(db, tenantId, callId),
    async hold(callId, held) {
      const { numUpdatedRows } = await db
        .updateTable('recording')
        .set({ held })
        .where('tenant_id', '=', tenantId)
        .where('call_id', '=', callId)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw new AppError('not_found', 'There is no recording of this call.');
    },
    async open(name, kind) {
      if (!(await isStored(db, tenantId, name))) return undefined;
      // Opened, it stays readable when it moves meanwhile.
      const file = await files.path(tenantId, name, kind).then(open).catch(undefinedIfMissing);
      if (file !== undefined) return { stream: file.createReadStream(), bytes: (await file.stat()).size };
      if (archive === undefined) throw unnamedStore();
      return archive.get(keyOf(name, kind));
    },
    async archive() {
      if (archive === undefined) return 0;
      const until = clock.now().getTime() + runMs;
      let [stored, failed] = [0, 0];
      for (const { name, sha256 } of await unarchivedRecordings(db, tenantId)) {
        if (failed >= mostFailures || clock.now().getTime() > until) break;
        try {
          await archiveOne(name, sha256, archive);
          [stored, failed] = [stored + 1, 0];
        } catch (error) {
          failed += 1;
          alarms.failed.inc();
          await recordingNotArchived(db, tenantId, name);
          logger.error(
            { err: error, recording: name },
            'a recording stays in the home: it could not be put into the object store',
          );
        }
      }
      alarms.waiting.set({ tenant: tenantId }, await unarchivedCount(db, tenantId));
      return stored;
    },
    async forgetOld() {
      let removed = 0;
      for (const { name, isArchived } of await outlivedRecordings(db, tenantId, clock.now())) {
        try {
          await forget(name, isArchived);
          removed += 1;
        } catch (error) {
          logger.error({ err: error, recording: name }, 'a recording whose days are over could not be removed yet');
        }
      }
      return removed;
    },
  };
}

function unnamedStore(): AppError {
  return new AppError('storage_unavailable', 'Recordings are in an object store that no setting names any more.');
}

function undefinedIfMissing(error: unknown): undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}

/** One of each for all tenants. */
function alarmsOf(metrics: Registry): { failed: Counter; waiting: Gauge<'tenant'> } {
  const [failedName, waitingName] = ['uirapuru_recording_uploads_failed_total', 'uirapuru_recordings_not_archived'];
  const failed = metrics.getSingleMetric(failedName) as Counter | undefined;
  const waiting = metrics.getSingleMetric(waitingName) as Gauge<'tenant'> | undefined;
  const registers = [metrics];
  return {
    failed:
      failed ??
      new Counter({ name: failedName, help: 'Tries in vain to put a recording into the object store', registers }),
    waiting:
      waiting ??
      new Gauge({
        name: waitingName,
        help: 'Stored recordings that the object store does not have yet',
        labelNames: ['tenant'],
        registers,
      }),
  };
}
