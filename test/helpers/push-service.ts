import { createDecipheriv, createECDH, type ECDH, hkdfSync, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { importJWK, jwtVerify } from 'jose';
import { generate } from 'selfsigned';

/**
 * A push service with browsers that are subscribed at it (RFC 8030), over TLS: it lets nobody push but whom a browser subscribed
 * for (RFC 8292), and gives each browser what it alone can decrypt (RFC 8291).
 */
export interface PushService {
  /** Its certificate, PEM. */
  readonly ca: string;
  /** What it answers to the next ones, in turn; 201 after that. */
  readonly statuses: number[];
  /** What was said to those whom it asked for: the claims of whoever pushes. */
  readonly claims: Record<string, unknown>[];
  /** @param applicationServerKey whom the browser takes messages from, base64url */
  subscribe(applicationServerKey: string): Browser;
  close(): Promise<void>;
}

export interface Browser {
  /** What the page of the browser has as `subscription.toJSON()`. */
  readonly subscription: { endpoint: string; expirationTime: null; keys: { p256dh: string; auth: string } };
  /** What the service worker was given, the latest last; of two with one topic the later one. */
  readonly shown: unknown[];
  readonly headers: IncomingHttpHeaders[];
}

interface Subscribed extends Browser {
  readonly keys: ECDH;
  readonly auth: Buffer;
  readonly applicationServerKey: string;
}

export async function openPushService(): Promise<PushService> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  const browsers = new Map<string, Subscribed>();
  const statuses: number[] = [];
  const claims: Record<string, unknown>[] = [];
  const server = createServer({ cert, key }, (request, response) => {
    const browser = browsers.get(request.url ?? '');
    void buffer(request)
      .then(async (body) => {
        if (browser === undefined || request.method !== 'POST') return 404;
        claims.push(await admitted(request.headers.authorization ?? '', browser.applicationServerKey, origin()));
        const status = statuses.shift() ?? 201;
        if (status === 201) {
          browser.headers.push(request.headers);
          browser.shown.push(JSON.parse(decrypted(body, browser)));
        }
        return status;
      })
      .catch((error: unknown) => {
        response.setHeader('x-problem', String(error));
        return 403;
      })
      .then((status) => response.writeHead(status).end());
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const origin = () => `https://localhost:${(server.address() as AddressInfo).port}`;
  return {
    ca: cert,
    statuses,
    claims,
    subscribe: (applicationServerKey) => {
      const keys = createECDH('prime256v1');
      keys.generateKeys();
      const [path, auth] = [`/push/${randomBytes(8).toString('hex')}`, randomBytes(16)];
      const shared = { p256dh: keys.getPublicKey('base64url'), auth: auth.toString('base64url') };
      const subscription = { endpoint: `${origin()}${path}`, expirationTime: null, keys: shared };
      const browser = { subscription, shown: [], headers: [], keys, auth, applicationServerKey };
      browsers.set(path, browser);
      return browser;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** RFC 8292: section 3 for the header, section 2 for the token. */
async function admitted(authorization: string, key: string, audience: string): Promise<Record<string, unknown>> {
  const [, token = '', sender = ''] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(authorization) ?? [];
  if (sender !== key) throw new Error('This subscription is for somebody else.');
  const point = Buffer.from(key, 'base64url');
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
  const publicKey = await importJWK({ kty: 'EC', crv: 'P-256', x, y }, 'ES256');
  const { payload } = await jwtVerify(token, publicKey, {
    audience,
    algorithms: ['ES256'],
    requiredClaims: ['exp', 'sub'],
  });
  if ((payload.exp ?? 0) * 1000 > Date.now() + 86_400_000) throw new Error('The token is good for more than a day.');
  return payload;
}

/** RFC 8291 section 3.4, of one record of `aes128gcm` (RFC 8188). */
function decrypted(body: Buffer, { keys, auth }: Subscribed): string {
  const [salt, idLength] = [body.subarray(0, 16), body.readUInt8(20)];
  const sender = body.subarray(21, 21 + idLength);
  const sealed = body.subarray(21 + idLength);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), keys.getPublicKey(), sender]);
  const secret = Buffer.from(hkdfSync('sha256', keys.computeSecret(sender), auth, info, 32));
  const derive = (purpose: string, length: number) =>
    Buffer.from(hkdfSync('sha256', secret, salt, Buffer.from(`Content-Encoding: ${purpose}\0`), length));
  const cipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12));
  cipher.setAuthTag(sealed.subarray(-16));
  const record = Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]);
  const end = record.lastIndexOf(2);
  if (end < 0 || record.subarray(end + 1).some((padding) => padding !== 0)) throw new Error('This is no last record.');
  return record.subarray(0, end).toString();
}
