import type { FastifyError } from 'fastify';
import { AppError, errorTable } from '../kernel/errors.ts';

/** What a program is told of an error: nothing of the inside. Each API has a form of its own for it. */
export interface ServedError {
  /** `told`: the sentence is of who threw it, and the status that of its code. */
  readonly kind: 'told' | 'unavailable' | 'not_read' | 'internal';
  readonly status: number;
  readonly sentence: string;
  readonly retryAfterMs?: number | undefined;
}

/** For `Retry-After`, and for people. */
export function retryAfterSeconds(retryAfterMs: number): number {
  return Math.max(1, Math.ceil(retryAfterMs / 1_000));
}

/** @param isDatabaseTrouble whether an error means that the database is away */
export function servedError(error: FastifyError, isDatabaseTrouble: (error: unknown) => boolean): ServedError {
  if (error instanceof AppError && (errorTable[error.code].http < 500 || error.code === 'disk_full')) {
    const { retryAfterMs } = error.details as { retryAfterMs?: number };
    return { kind: 'told', status: errorTable[error.code].http, sentence: error.message, retryAfterMs };
  }
  if (isDatabaseTrouble(error) || (error instanceof AppError && error.code === 'database_unavailable')) {
    const sentence = 'Serviço temporariamente indisponível. Tente novamente em instantes.';
    return { kind: 'unavailable', status: 503, sentence };
  }
  if (error.statusCode === 413) {
    return { kind: 'not_read', status: 413, sentence: 'Requisição muito grande: no máximo 1 MB.' };
  }
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return { kind: 'not_read', status: error.statusCode, sentence: 'Requisição inválida.' };
  }
  return { kind: 'internal', status: 500, sentence: 'Erro interno. O problema foi registrado.' };
}
