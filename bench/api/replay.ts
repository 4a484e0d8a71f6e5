import type pg from 'pg';
import type { Statement } from './recorded-sql.ts';

/** A value of the recording, and what stands in its place now. */
export type Swap = readonly [recorded: unknown, now: unknown];

/** Numbers from here on are ids, which the database was prepared for; smaller ones may be counts or days. */
export const firstId = 100_000;

/**
 * Runs recorded statements for another request. What differs from request to request is put in the place of what was
 * recorded: the request's own values, and the texts and ids that earlier statements gave back, ids also inside of texts
 * (a protocol number, a job's payload).
 * @returns all rows
 */
export async function replay(
  pool: pg.Pool,
  statements: readonly Statement[],
  swaps: readonly Swap[],
): Promise<Record<string, unknown>[]> {
  const given = new Map(swaps);
  const ids: [recorded: string, now: string][] = [];
  const all: Record<string, unknown>[] = [];
  const hasTransaction = statements.some(({ text }) => text === 'begin');
  const client = hasTransaction ? await pool.connect() : undefined;
  try {
    for (const { text, name, values, row } of statements) {
      const query = { text, values: values.map(current), ...(name === undefined ? {} : { name }) };
      const { rows } = await (client ?? pool).query<Record<string, unknown>>(query);
      learn(row, rows[0]);
      for (const each of rows) all.push(each);
    }
    return all;
  } catch (error) {
    await client?.query('rollback');
    throw error;
  } finally {
    client?.release();
  }

  function current(recorded: unknown): unknown {
    if (given.has(recorded)) return given.get(recorded);
    if (typeof recorded !== 'string') return recorded;
    return ids.reduce((text, [before, now]) => text.replace(before, now), recorded);
  }

  function learn(recorded: Statement['row'], now: Statement['row']): void {
    for (const [column, before] of Object.entries(recorded ?? {})) {
      const value = now?.[column];
      if (typeof before === 'string') given.set(before, value);
      if (typeof before === 'number' && before >= firstId) {
        given.set(before, value);
        ids.push([String(before), String(value)]);
      }
    }
  }
}
