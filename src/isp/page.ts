/** Which part of a long list: `offset` entries are left out, at most `limit` are given. */
export interface Page {
  readonly offset: number;
  readonly limit: number;
}

/** A part of a list, and how long the whole is. */
export interface Paged<T> {
  readonly total: number;
  readonly rows: readonly T[];
}
