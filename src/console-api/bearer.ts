import type { Gate, Identity } from '../access/service.ts';
import { AppError } from '../kernel/errors.ts';

interface Asking {
  /** Where the request came from, by trusted proxies' word. */
  readonly ip: string;
  readonly headers: { readonly authorization?: string | undefined };
}

/** What a token's owner may do besides, by what must be allowed. */
const enough = { administrator: ['administrator', 'operator'], operator: ['operator'] } as const;

/**
 * Who a request's bearer token (RFC 6750) belongs to.
 * @param role what the token's owner must be, where not every token is enough
 * @throws AppError `unauthorized`, `forbidden`, `too_many_requests`
 */
export async function admitBearer(gate: Gate, request: Asking, role?: keyof typeof enough): Promise<Identity> {
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const admission = await gate.admitToken('api', { origin: request.ip, token, app: null });
  if (admission.outcome === 'limited') {
    const { retryAfterMs } = admission;
    throw new AppError('too_many_requests', 'Too many requests came from there. Ask again later.', { retryAfterMs });
  }
  if (admission.outcome !== 'admitted') {
    throw new AppError('unauthorized', 'This address needs a valid token in the header "Authorization: Bearer …".');
  }
  if (role !== undefined && !enough[role].some((one) => one === admission.identity.role)) {
    throw new AppError('forbidden', `This address needs the token of an ${role}.`);
  }
  return admission.identity;
}
