import type { z } from 'zod';
import type { BackOffice } from '../../isp/service.ts';

/** One request whose credentials are right. */
export interface UraCall {
  /** The back office of the provider whose application asks. */
  readonly office: BackOffice;
  /**
   * The key of an act upon a contract: the same for every repetition of the request under one `Idempotency-Key`, another
   * one for every request without.
   */
  readonly actKey: (contractId: number) => string;
}

/** A method of the web service, with its shapes. */
export interface UraMethod {
  /** Below `/ws/ura/`, such as `consultacliente`; may hold parameters, which come as fields. */
  readonly path: string;
  /** Addresses of its own besides. */
  readonly alsoAt?: readonly string[];
  readonly summary: string;
  readonly request: z.ZodObject;
  readonly answer: z.ZodType;
  run(call: UraCall, request: never): Promise<unknown>;
}

interface TypedMethod<Request extends z.ZodObject, Answer extends z.ZodType> extends UraMethod {
  readonly request: Request;
  readonly answer: Answer;
  run(call: UraCall, request: z.output<Request>): Promise<z.input<Answer>>;
}

/** Ties what a method reads and answers to its shapes. */
export function uraMethod<Request extends z.ZodObject, Answer extends z.ZodType>(
  method: TypedMethod<Request, Answer>,
): UraMethod {
  return method;
}
