import { Pool } from 'undici';
import type { z } from 'zod';
import type { Logger } from '../kernel/logger.ts';
import { type Trouble, troubleOfFailure, troubleOfStatus } from './erp-trouble.ts';
import { parseBody } from './liberal-answer.ts';

export interface ErpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below the ERP's address, with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An answer's JSON; that of an answer that was in trouble too, where it has one. */
export type ErpAnswer =
  | { readonly body: unknown }
  | { readonly trouble: Trouble; readonly httpStatus?: number; readonly body?: unknown };

export interface ErpConnection {
  /** Asks, once. */
  send(request: ErpRequest, signal: AbortSignal): Promise<ErpAnswer>;
  close(): Promise<void>;
}

const longestAnswerBytes = 1024 * 1024;
/** Within the 3 s of a lookup, so that an address where nobody answers is told from a server that thinks. */
const connectMs = 1_500;
/**
 * For servers that do not tell how long they keep an idle connection: the shortest habit is 2 s, and an act on one that
 * the server closes at that moment has an answer nobody knows.
 */
const idleMs = 1_500;
/** As many callers at once as wait for an answer in 250 calls a minute; more wait their turn. */
const connections = 32;

/**
 * Kept connections to one provider's ERP. Nothing is repeated and nothing followed: a redirect would turn a POST into a
 * GET. Requests and answers hold personal data (and passwords), so neither is ever logged.
 */
export function openErpConnection(url: string): ErpConnection {
  const { origin, pathname } = new URL(url);
  const prefix = pathname.replace(/\/+$/, '');
  const pool = new Pool(origin, {
    connections,
    connect: { timeout: connectMs },
    maxResponseSize: longestAnswerBytes,
    keepAliveTimeout: idleMs,
    // The caller's deadline is the signal.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    async send({ path, ...request }, signal) {
      if (signal.aborted) return { trouble: 'not_sent' };
      try {
        const response = await pool.request({ ...request, path: `${prefix}${path}`, signal });
        const body = parseBody(await response.body.bytes());
        const httpStatus = response.statusCode;
        const trouble = troubleOfStatus(httpStatus);
        if (trouble !== undefined) return { trouble, httpStatus, body };
        return body === undefined ? { trouble: 'not_json', httpStatus } : { body };
      } catch (error) {
        return { trouble: troubleOfFailure(error, signal.aborted) };
      }
    },
    close: () => pool.close(),
  };
}

/** What an answer holds, by its shape. Trouble is logged: what it is and where, never what stands there. */
export function readAnswer<S extends z.ZodType>(
  answer: ErpAnswer,
  shape: S,
  logger: Logger,
  asked: { readonly erp: string; readonly method: string },
): { readonly read: z.output<S> } | { readonly trouble: Trouble } {
  if ('trouble' in answer) {
    const { trouble, httpStatus } = answer;
    logger.warn({ ...asked, trouble, httpStatus }, 'the ERP gave no answer that can be read');
    return { trouble };
  }
  const parsed = shape.safeParse(answer.body);
  if (parsed.success) return { read: parsed.data };
  const at = parsed.error.issues.map((issue) => issue.path.join('.'));
  logger.warn({ ...asked, at }, 'the ERP gave an answer that lacks what it must hold');
  return { trouble: 'not_understood' };
}
