import type { Account } from '../../test/phone/scenario.ts';

/** A system under measurement, running. All of them play the same menu at a number of theirs. */
export interface Contestant {
  /** `a`, `b` or `c`, as the report calls it. */
  readonly name: string;
  readonly title: string;
  /** `127.0.0.1:<port>` */
  readonly target: string;
  readonly number: string;
  readonly account: Account;
  readonly databaseUrl: string;
  readonly parts: Parts;
  /** How many callers have gone this way and were answered since the start, by what the system itself recorded. */
  reached(way: Way): Promise<number>;
}

/** Process ids; the time of each counts, with that of everything it starts. `node` is the control plane, or the peers' ERP. */
export type Parts = Readonly<Record<'asterisk' | 'node' | 'postgres', number>>;

/** The two ways through the menu: hearing the open invoices, which changes nothing, and the trust unlock. */
export type Way = 'invoices' | 'unlock';

/** The key of each way in the menu. */
export const keyOf: Readonly<Record<Way, string>> = { unlock: '1', invoices: '2' };
