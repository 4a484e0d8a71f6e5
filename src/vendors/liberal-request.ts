import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../kernel/errors.ts';
import { type Fields, mergeFields, readFields, readForm } from './liberal-body.ts';

/** The most bytes of a body that are read. */
export const bodyLimit = 1_048_576;

/** Lets requests of every content type through, right or wrong: `fieldsOf` looks at the body itself. */
export function acceptAnyBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) => done(null, body));
  // Of a type that is not well-formed Fastify would refuse to read anything.
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.headers['content-type'] !== undefined) request.headers['content-type'] = 'application/octet-stream';
    done();
  });
}

/**
 * What a request says in its query string and its body, the body before the query.
 * @throws AppError `bad_request` for a body that cannot be read, `too_large` for one that is too long
 */
export async function fieldsOf(request: FastifyRequest): Promise<Fields> {
  const at = request.url.indexOf('?');
  const body = await bodyOf(request);
  const fields = body === undefined ? mergeFields() : await readFields(body);
  return at < 0 ? fields : mergeFields(readForm(request.url.slice(at + 1)), fields);
}

/**
 * The bytes of a request's body, if it has one. Some programs send one with GET (`requests.get(url, json=…)`), which Fastify
 * leaves unread.
 * @throws AppError `too_large`
 */
export async function bodyOf(request: FastifyRequest): Promise<Buffer | undefined> {
  if (Buffer.isBuffer(request.body)) return request.body;
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (request.method !== 'GET' || (encoding === undefined && !(Number(length) > 0))) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.raw as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) throw new AppError('too_large', 'Requisição muito grande: no máximo 1 MB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
