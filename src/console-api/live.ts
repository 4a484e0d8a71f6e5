import websocket from '@fastify/websocket';
import type { FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { Gauge, type Registry } from 'prom-client';
import { z } from 'zod';
import type { Access, Gate } from '../access/service.ts';
import { extensionNamed } from '../exchange/service.ts';
import { AppError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import { alarmTopic, type LiveFeed } from '../live/service.ts';
import type { openWindows } from '../screen-pop/schemas.ts';
import { extensionTopic, openWindowsOn, type Screens } from '../screen-pop/service.ts';
import type { Database } from '../storage/database.ts';
import { admitBearer } from './bearer.ts';
import { LiveConnection } from './live-connection.ts';
import type { TypedApp } from './typed-app.ts';

export interface LiveParts {
  readonly db: Database;
  readonly access: Pick<Access, 'verifyToken'>;
  readonly gate: Gate;
  readonly feed: Pick<LiveFeed, 'subscribe'>;
  readonly screens: Pick<Screens, 'closeByAgent'>;
  readonly logger: Logger;
  readonly metrics: Registry;
  /** How often it is asked whether programs are there and their tokens still valid. */
  readonly pingEveryMs?: number;
}

const query = z
  .object({
    extension: z
      .string()
      .regex(/^\d{2,8}$/)
      .optional(),
    internalId: z.string().min(1).max(60).optional(),
    /** The `id` of the last message that was heard. */
    after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  })
  .refine((asked) => (asked.extension === undefined) !== (asked.internalId === undefined), {
    error: 'give either extension or internalId',
    path: ['extension'],
  });

/** Who listens to what: known before the connection is made. */
interface Listener {
  readonly tenantId: number;
  readonly extension: string;
  readonly hearsAlarms: boolean;
  readonly token: string;
}

/** What a browser, whose programs cannot set headers, offers beside the token: `bearer.<token>`. */
const protocol = 'uirapuru.live';
const bearerPrefix = 'bearer.';
const longestMessageBytes = 4_096;
/** Of all tenants together; each holds a file and some kilobytes. */
const mostConnections = 5_000;

/**
 * `GET /api/live`: a WebSocket (RFC 6455) over which an agent's program hears what happens on its extension, beginning with
 * how things stand or, with `after`, with what it missed. docs/live-stream.md tells programs how.
 */
export async function serveLive(app: TypedApp, parts: LiveParts): Promise<void> {
  const { pingEveryMs = 20_000, logger, metrics } = parts;
  const connections = new Map<LiveConnection, Listener>();
  metrics.registerMetric(
    new Gauge({
      name: 'uirapuru_live_connections',
      help: "Agents' programs that listen to the live stream",
      registers: [],
      collect() {
        this.set(connections.size);
      },
    }),
  );
  await app.register(websocket, {
    options: {
      maxPayload: longestMessageBytes,
      // The token that stands among them is never given back.
      handleProtocols: (offered) => (offered.has(protocol) ? protocol : false),
    },
    errorHandler: (error, socket) => {
      logger.debug({ err: error }, 'a live connection broke');
      socket.terminate();
    },
    preClose: (done) => {
      for (const connection of connections.keys()) connection.end('restarting');
      app.websocketServer.close(() => done());
    },
  });
  const listeners = new WeakMap<FastifyRequest, Listener>();
  const pinging = setInterval(() => void pingAll(connections, parts), pingEveryMs).unref();
  app.addHook('onClose', async () => clearInterval(pinging));

  await app.register(
    async (plain) => {
      plain.withTypeProvider<ZodTypeProvider>().route({
        method: 'GET',
        url: '/live',
        exposeHeadRoute: false,
        schema: {
          security: [{ bearer: [] }],
          description: 'A WebSocket: the windows about callers on the screen of an extension, as they open and close.',
          querystring: query,
          response: { 426: z.object({ error: z.object({ code: z.string(), message: z.string() }) }) },
        },
        preHandler: async (request) => {
          if (connections.size >= mostConnections) {
            throw new AppError('too_many_requests', 'Too many programs listen already.', { retryAfterMs: 10_000 });
          }
          listeners.set(request, await listenerOf(parts, request, request.query));
        },
        handler: async (_request, reply) => {
          const message = 'This address speaks WebSocket (RFC 6455): connect to it with ws:// or wss://.';
          return reply
            .code(426)
            .header('upgrade', 'websocket')
            .send({ error: { code: 'bad_request', message } });
        },
        wsHandler: async (socket, request) => {
          const listener = listeners.get(request);
          if (listener === undefined) throw new AppError('internal', 'A live connection was not admitted.');
          const connection = new LiveConnection(socket);
          connections.set(connection, listener);
          void connection.over.then(() => connections.delete(connection));
          await hear(parts, connection, listener, request.query.after);
        },
      });
    },
    { prefix: '/api' },
  );
}

/** @throws AppError `unauthorized`, `too_many_requests`, `not_found` */
async function listenerOf(
  { gate, db }: LiveParts,
  request: FastifyRequest,
  asked: z.output<typeof query>,
): Promise<Listener> {
  const token = tokenOf(request);
  const authorization = token === undefined ? undefined : `Bearer ${token}`;
  const { tenantId, role } = await admitBearer(gate, { ip: request.ip, headers: { authorization } });
  const { extension: number, internalId = '' } = asked;
  const extension = await extensionNamed(db, tenantId, number === undefined ? { internalId } : { number });
  if (extension === undefined) throw new AppError('not_found', 'There is no such extension.');
  return { tenantId, extension, hearsAlarms: role === 'administrator' || role === 'operator', token: token ?? '' };
}

/** From the header, or from the protocols that a browser's program offers. Never from the address, which is logged. */
function tokenOf({ headers }: FastifyRequest): string | undefined {
  const shown = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim());
  return shown ?? offered.find((one) => one.startsWith(bearerPrefix))?.slice(bearerPrefix.length);
}

async function hear(
  { feed, screens, logger }: LiveParts,
  connection: LiveConnection,
  { tenantId, extension, hearsAlarms }: Listener,
  after: number | undefined,
): Promise<void> {
  connection.onClose((window) => {
    screens
      .closeByAgent(tenantId, extension, window)
      .catch((error: unknown) => logger.warn({ err: error, window }, 'a window could not be closed'));
  });
  try {
    const leave = await feed.subscribe({
      tenantId,
      topics: new Set([extensionTopic(extension), ...(hearsAlarms ? [alarmTopic] : [])]),
      after,
      snapshot: async (transaction): Promise<z.infer<typeof openWindows>> => ({
        windows: await openWindowsOn(transaction, tenantId, extension),
      }),
      deliver: (event) => connection.send(event),
    });
    void connection.over.then(leave);
  } catch (error) {
    logger.warn({ err: error }, 'a live connection could not begin');
    connection.end('noDatabase');
  }
}

/** A program whose token was revoked must not go on listening for days. */
async function pingAll(connections: ReadonlyMap<LiveConnection, Listener>, { access, logger }: LiveParts) {
  for (const [connection, { token }] of connections) {
    connection.ping();
    try {
      if ((await access.verifyToken('api', token)) === undefined) connection.end('revoked');
    } catch (error) {
      logger.debug({ err: error }, 'a token could not be looked for; next time');
    }
  }
}
