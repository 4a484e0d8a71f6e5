import type { Database } from '../storage/database.ts';
import { type RecordingRule, recordingRuleKind } from './schemas.ts';
import type { RecordingRules } from './service.ts';

/** The rules of a tenant over PostgreSQL, and in memory for the calls that begin. */
export async function createRecordingRules(db: Database, tenantId: number): Promise<RecordingRules> {
  let rules = new Set<string>();
  const keyOf = ({ kind, subject }: RecordingRule): string => `${kind} ${subject}`;

  async function list(): Promise<RecordingRule[]> {
    const rows = await db
      .selectFrom('recording_rule')
      .select(['kind', 'subject'])
      .where('tenant_id', '=', tenantId)
      .orderBy('kind')
      .orderBy('subject')
      .execute();
    return rows.map(({ kind, subject }) => ({ kind: recordingRuleKind.parse(kind), subject }));
  }

  async function refresh(): Promise<void> {
    rules = new Set((await list()).map(keyOf));
  }

  await refresh();
  return {
    list,
    refresh,
    get isEmpty() {
      return rules.size === 0;
    },
    coversCall: ({ trunkId, queue }) =>
      (trunkId !== null && rules.has(keyOf({ kind: 'trunk', subject: String(trunkId) }))) ||
      (queue !== null && rules.has(keyOf({ kind: 'queue', subject: queue }))),
    coversExtension: (extension) => rules.has(keyOf({ kind: 'extension', subject: extension })),
    async set(rule, isRecorded) {
      if (isRecorded) {
        await db
          .insertInto('recording_rule')
          .values({ tenant_id: tenantId, ...rule })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      } else {
        await db
          .deleteFrom('recording_rule')
          .where('tenant_id', '=', tenantId)
          .where('kind', '=', rule.kind)
          .where('subject', '=', rule.subject)
          .execute();
      }
      await refresh();
    },
    async days() {
      const row = await db
        .selectFrom('tenant')
        .select('recording_days')
        .where('id', '=', tenantId)
        .executeTakeFirstOrThrow();
      return row.recording_days;
    },
    async setDays(days) {
      await db.updateTable('tenant').set({ recording_days: days }).where('id', '=', tenantId).execute();
    },
  };
}
