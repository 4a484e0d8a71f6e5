import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { type ErpAnswer, type ErpRequest, openErpConnection } from '../erp-connection.ts';
import type { Trouble } from '../erp-trouble.ts';
import { idempotencyHeader } from '../idempotency.ts';
import { createTokenKeeper, type HubsoftLogin } from './token-keeper.ts';

/** Where a provider's HubSoft is, and who we are to it. */
export interface HubsoftAddress extends HubsoftLogin {
  /** Without `/api` or `/oauth`, and without a slash at its end. */
  readonly url: string;
}

type Value = string | number | boolean | undefined | Readonly<Record<string, string>>;
export type HubsoftFields = Readonly<Record<string, Value>>;

export interface HubsoftConnection {
  /**
   * Asks a route below `/api/v1/integracao/`, once; again with another token if the first one was turned away, by which
   * nothing has been done.
   * @param key of an act: sent as a header, so that a server that knows it does a repetition only once
   */
  ask(
    method: 'GET' | 'POST' | 'PUT',
    route: string,
    fields: HubsoftFields,
    signal: AbortSignal,
    key?: string,
  ): Promise<ErpAnswer>;
  /** Whether we get a token. */
  logIn(signal: AbortSignal): Promise<Trouble | undefined>;
  close(): Promise<void>;
}

/** These tell that nothing was asked. What else goes wrong when a token is got did not happen to the request. */
const asTheyAre: readonly Trouble[] = ['not_sent', 'unreachable', 'refused_credentials'];

/** Kept connections to one HubSoft, and the token that they ask with. */
export function openHubsoftConnection(
  address: HubsoftAddress,
  parts: { readonly clock: Clock; readonly logger: Logger },
): HubsoftConnection {
  const connection = openErpConnection(address.url);
  const keeper = createTokenKeeper({ connection, login: address, ...parts });

  return {
    async ask(method, route, fields, signal, key) {
      const request = requestOf(method, route, fields, key);
      const send = (token: string) => {
        const headers = { ...request.headers, authorization: `Bearer ${token}` };
        return connection.send({ ...request, headers }, signal);
      };
      const held = await keeper.token(signal);
      if ('trouble' in held) return unsent(held.trouble);
      const answer = await send(held.token);
      if (!('trouble' in answer) || answer.httpStatus !== 401 || !keeper.refused(held.token)) return answer;
      const next = await keeper.token(signal);
      return 'trouble' in next ? unsent(next.trouble) : send(next.token);
    },
    async logIn(signal) {
      const held = await keeper.token(signal);
      return 'trouble' in held ? held.trouble : undefined;
    },
    close: () => connection.close(),
  };
}

function unsent(trouble: Trouble): ErpAnswer {
  return { trouble: asTheyAre.includes(trouble) ? trouble : 'no_token' };
}

/** As the documentation's examples: fields in the query with GET, as JSON otherwise. */
function requestOf(
  method: ErpRequest['method'],
  route: string,
  fields: HubsoftFields,
  key: string | undefined,
): ErpRequest {
  const path = `/api/v1/integracao/${route}`;
  const accept = { accept: 'application/json' };
  const headers = key === undefined ? accept : { ...accept, [idempotencyHeader]: key };
  if (method !== 'GET') {
    return { method, path, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(fields) };
  }
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && typeof value !== 'object') query.set(name, String(value));
  }
  return { method, path: query.size === 0 ? path : `${path}?${query.toString()}`, headers };
}
