/**
 * The one error type of the house. A person reads `message` (one sentence: what happened and what to do), a
 * program reads `code`. HTTP status, exit code and spoken sentence are looked up at the edge, never carried here.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'AppError';
    this.code = code;
    this.details = details;
  }
}

/** Every code there is, with the HTTP status and the process exit code it has at the two edges. */
export const errorTable = {
  bad_request: { http: 400, exit: 64 },
  invalid_configuration: { http: 500, exit: 78 },
  invalid_flow: { http: 422, exit: 65 },
  unauthorized: { http: 401, exit: 77 },
  forbidden: { http: 403, exit: 77 },
  not_found: { http: 404, exit: 66 },
  conflict: { http: 409, exit: 75 },
  too_large: { http: 413, exit: 65 },
  too_many_requests: { http: 429, exit: 75 },
  already_running: { http: 409, exit: 75 },
  port_taken: { http: 500, exit: 69 },
  no_permission: { http: 500, exit: 77 },
  disk_full: { http: 507, exit: 74 },
  missing_part: { http: 503, exit: 69 },
  database_unavailable: { http: 503, exit: 69 },
  telephony_unavailable: { http: 503, exit: 69 },
  storage_unavailable: { http: 503, exit: 69 },
  erp_unavailable: { http: 503, exit: 69 },
  channel_gone: { http: 410, exit: 70 },
  internal: { http: 500, exit: 70 },
} as const satisfies Record<string, { http: number; exit: number }>;

export type ErrorCode = keyof typeof errorTable;

/** The given error if it is ours, otherwise an `internal` one that keeps it as its cause. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new AppError('internal', `An unexpected error happened: ${text}`, {}, error);
}
