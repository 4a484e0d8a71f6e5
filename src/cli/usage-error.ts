import { z } from 'zod';
import { AppError } from '../kernel/errors.ts';

/** What was wrong with a command's words, and the way it is used. */
export function usageError(error: unknown, usage: string): AppError {
  return new AppError('bad_request', `${problemOf(error)}\n${usage}`, {}, error);
}

function problemOf(error: unknown): string {
  if (error instanceof z.ZodError) {
    return error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': ')).join('; ');
  }
  return error instanceof Error ? error.message : String(error);
}
