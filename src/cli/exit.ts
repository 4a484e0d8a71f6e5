import { asAppError, errorTable } from '../kernel/errors.ts';

/** Prints the sentence of an error to the terminal and gives its exit code. No stack: that is for the log. */
export function explain(error: unknown): number {
  const known = asAppError(error);
  process.stderr.write(`${known.message}\n`);
  return errorTable[known.code].exit;
}
