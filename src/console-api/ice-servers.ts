import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Gate } from '../access/service.ts';
import type { Clock } from '../kernel/clock.ts';
import { admitBearer } from './bearer.ts';
import type { TypedApp } from './typed-app.ts';

/** STUN and TURN servers for browsers, as the operator set them. */
interface IceSettings {
  /** Such as `stun:turn.example:3478` and `turns:turn.example:443?transport=tcp` (RFC 7064, RFC 7065). */
  readonly urls: readonly string[];
  /** What the TURN servers share with us; undefined where there are only STUN servers. */
  readonly turnSecret: string | undefined;
}

/** What hands them out needs. */
export interface IceParts {
  readonly gate: Gate;
  readonly iceServers: IceSettings;
  readonly clock: Clock;
}

/** As long as an agent's day: a browser asks again before a call that begins later. */
const ttlSeconds = 86_400;

const iceServers = z.object({
  /** As the `iceServers` of `RTCPeerConnection` are. */
  iceServers: z.array(
    z.object({ urls: z.array(z.string()), username: z.string().optional(), credential: z.string().optional() }),
  ),
  /** Seconds in which the credential lets in. */
  ttl: z.int(),
});

/**
 * `GET /api/ice-servers`: through which servers a browser's phone finds its way, with a credential of TURN that ends. Any
 * token: a page asks for it before its phone's first call.
 */
export function iceServerRoutes(app: TypedApp, { gate, iceServers: settings, clock }: IceParts): void {
  const security = [{ bearer: [] }];
  app.get('/ice-servers', { schema: { security, response: { 200: iceServers } } }, async (request) => {
    const { tenantId } = await admitBearer(gate, request);
    return { iceServers: iceServersFor(settings, tenantId, clock.now()), ttl: ttlSeconds };
  });
}

/**
 * The servers, with a credential where they need one: name and password that a TURN server reckons by the secret it shares
 * with us, as coturn's `use-auth-secret` does (draft-uberti-behave-turn-rest, section 2.2).
 * @param tenantId stands in the name, so that the server's log says whose calls it relays
 */
function iceServersFor({ urls, turnSecret }: IceSettings, tenantId: number, now: Date) {
  const stun = urls.filter((url) => url.startsWith('stun'));
  const turn = urls.filter((url) => url.startsWith('turn'));
  const username = `${Math.floor(now.getTime() / 1_000) + ttlSeconds}:${tenantId}`;
  const credential = createHmac('sha1', turnSecret ?? '')
    .update(username)
    .digest('base64');
  return [
    ...(stun.length === 0 ? [] : [{ urls: stun }]),
    ...(turn.length === 0 ? [] : [{ urls: turn, username, credential }]),
  ];
}
