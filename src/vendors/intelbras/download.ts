import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../kernel/errors.ts';
import { readForm } from '../liberal-body.ts';
import type { PbxExchange } from './action.ts';
import { refusals, status } from './wire.ts';

interface Parts {
  /** The tenants of whoever shows these credentials, from wherever, or asks from an instance's address without any. */
  readonly tenantsOf: (request: FastifyRequest, shown: Credentials) => Promise<readonly number[]>;
  readonly exchangeOf: (tenantId: number) => PbxExchange | undefined;
}

export interface Credentials {
  readonly login: string | undefined;
  readonly password: string | undefined;
  readonly token: string | undefined;
}

/** A name as `statusramais` and `statusreport` give it; nothing else is looked for. */
const formed = /^(\d{4}\/\d{2}\/\d{2}\/[0-9A-Za-z.-]{1,200})\.gsm$/;

/** "Gravações - Download de Gravações": `GET /gravador28/<name>.gsm`. */
export function downloadRoute(app: FastifyInstance, parts: Parts): void {
  app.route({
    url: '/gravador28/*',
    method: 'GET',
    schema: { hide: true },
    handler: async (request, reply) => {
      if (request.protocol !== 'https') return reply.send(refusals.protocol);
      const tenants = await parts.tenantsOf(request, credentialsOf(request));
      if (tenants.length === 0) return reply.code(403).send(refusals.credentials);
      try {
        const file = await fileOf(request, tenants, parts);
        return file === undefined ? reply.code(404).send(status('GRAVACAO NAO ENCONTRADA')) : sendFile(reply, file);
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'storage_unavailable')) throw error;
        request.log.error({ err: error }, 'a recording could not be fetched');
        return reply.code(503).send(refusals.trouble);
      }
    },
  });
}

interface GsmFile {
  readonly stream: Readable;
  readonly bytes: number;
}

async function fileOf(request: FastifyRequest, tenants: readonly number[], parts: Parts): Promise<GsmFile | undefined> {
  const name = formed.exec((request.params as { '*': string })['*'])?.[1];
  if (name === undefined || name.includes('..')) return undefined;
  for (const tenantId of tenants) {
    const file = await parts.exchangeOf(tenantId)?.recordings.open(name, 'gsm');
    if (file !== undefined) return file;
  }
  return undefined;
}

function sendFile(reply: FastifyReply, { stream, bytes }: GsmFile): FastifyReply {
  return reply
    .type('audio/x-gsm')
    .header('cache-control', 'private, no-store')
    .header('content-length', bytes)
    .send(stream);
}

/** In the query, or login and password as Basic (RFC 7617) and the token in the query. */
function credentialsOf(request: FastifyRequest): Credentials {
  const at = request.url.indexOf('?');
  const query = at < 0 ? {} : readForm(request.url.slice(at + 1));
  const text = (name: string) => (typeof query[name] === 'string' ? query[name] : undefined);
  const basic = /^Basic\s+([\w+/=-]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic === undefined) return { login: text('login'), password: text('senha'), token: text('token') };
  const [login, ...password] = Buffer.from(basic, 'base64').toString().split(':');
  return { login, password: password.join(':'), token: text('token') };
}
