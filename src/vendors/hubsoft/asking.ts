import type { z } from 'zod';
import type { Logger } from '../../kernel/logger.ts';
import { type ErpAnswer, readAnswer } from '../erp-connection.ts';
import type { Trouble } from '../erp-trouble.ts';
import type { HubsoftConnection, HubsoftFields } from './connection.ts';
import { envelopeRead } from './reads.ts';
import { type Refusal, refusalIn } from './refusals.ts';

/** What HubSoft answered: what was asked for, that it does not do it, or nothing that can be read. */
export type Heard<T> = { readonly read: T } | { readonly refusal: Refusal } | { readonly trouble: Trouble };

/** Asks, and reads the answer by its shape. */
export type Ask = <S extends z.ZodType>(
  method: 'GET' | 'POST' | 'PUT',
  route: string,
  fields: HubsoftFields,
  shape: S,
  signal: AbortSignal,
  key?: string,
) => Promise<Heard<z.output<S>>>;

export function askerOf(connection: HubsoftConnection, logger: Logger): Ask {
  return async (method, route, fields, shape, signal, key) => {
    const answer = await connection.ask(method, route, fields, signal, key);
    const refusal = refusalOf(answer);
    if (refusal !== undefined) return { refusal };
    // Without a token nothing was asked, and why there is none was told when none was given.
    if ('trouble' in answer && answer.httpStatus === undefined && tokenTroubles.includes(answer.trouble)) return answer;
    // An id in the route is no name of it.
    return readAnswer(answer, shape, logger, { erp: 'hubsoft', method: route.replace(/\/\d+$/, '') });
  };
}

const tokenTroubles: readonly Trouble[] = ['no_token', 'refused_credentials'];

/** Business errors come with HTTP 200; of other statuses only those count that turn a request away for what it is. */
function refusalOf(answer: ErpAnswer): Refusal | undefined {
  if ('trouble' in answer && answer.trouble !== 'refused_request' && answer.trouble !== 'no_such_method')
    return undefined;
  const envelope = envelopeRead.safeParse(answer.body);
  return envelope.success ? refusalIn(envelope.data) : undefined;
}
