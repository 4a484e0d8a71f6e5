import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Identity } from '../../access/service.ts';
import type { BackOffice } from '../../isp/service.ts';
import type { Refusal } from './answers.ts';
import type { Snapshots } from './snapshots.ts';

/** One request whose bearer is right. */
export interface ApiCall {
  /** The back office of the provider whose application asks. */
  readonly office: BackOffice;
  /** Whose access token it is. */
  readonly caller: Identity;
  /** The key of an act upon one thing: see `actKeys`. */
  readonly actKey: (id: number) => string;
  readonly signal: AbortSignal;
  /** For answers too large to be held in memory. */
  readonly snapshots: Snapshots;
}

/** A route of the API, with its shapes. */
export interface ApiRoute {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below `/api/v1/integracao/`, such as `cliente/financeiro`; may hold parameters, which come as fields. */
  readonly path: string;
  readonly summary: string;
  readonly request: z.ZodObject;
  /** What a successful answer looks like. */
  readonly answer: z.ZodType;
  /** @returns the answer, a refusal, or the bytes of an answer too large to be held */
  run(call: ApiCall, request: never): Promise<unknown>;
}

interface TypedRoute<Request extends z.ZodObject, Answer extends z.ZodType> extends ApiRoute {
  readonly request: Request;
  readonly answer: Answer;
  run(call: ApiCall, request: z.output<Request>): Promise<z.input<Answer> | Refusal | Readable>;
}

/** Ties what a route reads and answers to its shapes. */
export function apiRoute<Request extends z.ZodObject, Answer extends z.ZodType>(
  route: TypedRoute<Request, Answer>,
): ApiRoute {
  return route;
}
