import type pg from 'pg';

/** One statement as it went to PostgreSQL, with the first row that came back. */
export interface Statement {
  readonly text: string;
  /** Prepared under this name once a connection; undefined: parsed each time. */
  readonly name?: string;
  readonly values: readonly unknown[];
  row: Readonly<Record<string, unknown>> | undefined;
}

type Result = pg.QueryResult<Record<string, unknown>> | undefined;
type Callback = (error: Error | null, result: Result) => void;
/** Of the driver: with a callback last, as its pool calls it, or for a promise. */
type Query = (...args: unknown[]) => Promise<Result> | undefined;

/** Notes every statement that goes through new connections of a pool from now on. */
export function recordStatements(pool: pg.Pool): Statement[] {
  const statements: Statement[] = [];
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as Query;
    const recording: Query = (...args) => {
      const [first, second] = args as [string | pg.QueryConfig<unknown[]>, unknown];
      const { name, text, values } = typeof first === 'string' ? { text: first } : first;
      const given = values ?? (Array.isArray(second) ? second : []);
      const statement: Statement = { text, ...(name === undefined ? {} : { name }), values: given, row: undefined };
      statements.push(statement);
      const note = (result: Result): Result => {
        statement.row = result?.rows[0];
        return result;
      };
      const last = args.at(-1);
      if (typeof last !== 'function') return query(...args)?.then(note);
      return query(...args.slice(0, -1), (...[error, result]: Parameters<Callback>) => {
        (last as Callback)(error, note(result));
      });
    };
    client.query = recording as typeof client.query;
  });
  return statements;
}
