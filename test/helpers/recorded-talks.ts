import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Registry } from 'prom-client';
import { createCallLog } from '../../src/calls/call-log.ts';
import type { ObjectStore } from '../../src/calls/object-store.ts';
import { createRecordingFiles } from '../../src/calls/recording-files.ts';
import { createRecordings } from '../../src/calls/recordings.ts';
import type { CallLog, Recordings } from '../../src/calls/service.ts';
import { readConfig } from '../../src/config.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemIds } from '../../src/kernel/ids.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { speechPrograms } from '../../src/telephony/asterisk/runtime/speech-programs.ts';
import type { CallRecorder } from '../../src/telephony/port.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { wavOf } from './wav.ts';

/** A tenant whose talks are recorded without telephones, and how they are had. */
export interface RecordedTalks {
  readonly database: TestDatabase;
  readonly tenantId: number;
  /** Recordings that record whatever 1001 talks, in a folder of their own. */
  readonly recordingsWith: (change?: RecordingChange) => Promise<RecordingParts>;
  /** Somebody talks with an extension, 1001 if no other is named, and hangs up. @returns the call's id */
  readonly talk: (parts: RecordingParts, way?: TalkWay) => string;
  /** The row of a call's recording once it is stored, or has failed. */
  readonly settled: (
    callId: string,
  ) => Promise<{ call_id: string; name: string; state: string; sha256: string | null; bytes: number | null }>;
}

export interface RecordingParts {
  readonly recordings: Recordings;
  readonly callLog: CallLog;
  readonly metrics: Registry;
  readonly folder: string;
}

interface RecordingChange {
  readonly recorder?: Partial<CallRecorder>;
  readonly reserveBytes?: number;
  readonly archive?: ObjectStore;
}

interface TalkWay {
  readonly extension?: string;
  readonly trunkId?: number;
  readonly queue?: string;
  readonly channelId?: string;
}

/** A second of silence. */
const wav = (): Buffer => wavOf(Buffer.alloc(16_000));

const recorder: CallRecorder = {
  start: async () => undefined,
  mute: async () => undefined,
  finish: async (_name, into) => {
    for (const path of [into.caller, into.other]) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, wav());
    }
    return into;
  },
  discard: async () => undefined,
};

/** @param database where several tenants are in one */
export async function recordedTalks(database?: TestDatabase): Promise<RecordedTalks> {
  const own = database ?? (await testDatabase());
  const { id: tenantId } = await own.db
    .insertInto('tenant')
    .values({ name: 'Provedor', time_zone: 'America/Sao_Paulo' })
    .returning('id')
    .executeTakeFirstOrThrow();
  let calls = 0;
  return {
    database: own,
    tenantId,
    async recordingsWith(change = {}) {
      const parts = { db: own.db, pool: own.pool, clock: systemClock, ids: systemIds, logger: silentLogger };
      const folder = mkdtempSync(join(tmpdir(), 'uira-rec-'));
      const callLog = createCallLog(parts);
      const metrics = new Registry();
      const recordings = await createRecordings({
        ...parts,
        recorder: { ...recorder, ...change.recorder },
        files: createRecordingFiles(folder, speechPrograms(readConfig(process.env).cache).sox),
        callLog,
        archive: change.archive,
        metrics,
        tenantId,
        timeZone: 'America/Sao_Paulo',
        reserveBytes: change.reserveBytes ?? 0,
      });
      await recordings.rules.set({ kind: 'extension', subject: '1001' }, true);
      return { recordings, callLog, metrics, folder };
    },
    talk({ recordings, callLog }, { extension = '1001', trunkId, queue, channelId } = {}) {
      const callerId = channelId ?? `uirapuru-1764000002.${++calls}`;
      const legId = `leg-${callerId}-12345678`;
      const at = systemClock.now();
      const call = { tenantId, channelId: callerId, callerNumber: '34999990000', dialled: '033', startedAt: at };
      const callId = callLog.open({ ...call, direction: 'inbound', trunkId });
      if (queue !== undefined) callLog.note(callId, { queue });
      for (const change of [
        { kind: 'placed', callerId, legId, number: extension, at } as const,
        { kind: 'answered', callerId, legId, at } as const,
        { kind: 'ended', callerId, legId, at, cause: 16 } as const,
      ]) {
        callLog.leg(change);
        recordings.legChanged(change);
      }
      callLog.close(callId, { reason: 'agent_hung_up', at });
      return callId;
    },
    async settled(callId) {
      for (const tooLate = Date.now() + 10_000; Date.now() < tooLate; await systemClock.sleep(20)) {
        const row = await own.db.selectFrom('recording').selectAll().where('call_id', '=', callId).executeTakeFirst();
        if (row?.state === 'stored' || row?.state === 'failed') return row;
      }
      throw new Error('The recording is not over.');
    },
  };
}
