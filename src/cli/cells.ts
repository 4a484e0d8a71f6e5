/** Whether something is, in a cell of a table. */
export function yes(is: boolean): string {
  return is ? 'yes' : 'no';
}

/** An instant (ISO 8601, UTC) to the minute; null: it never was. */
export function minute(instant: string | null): string {
  return instant?.slice(0, 16).replace('T', ' ') ?? 'never';
}
