import type { FastifyRequest } from 'fastify';
import { AppError } from '../../kernel/errors.ts';
import { type Fields, mergeFields, readFields, readForm } from '../liberal-body.ts';
import { bodyOf } from '../liberal-request.ts';

/** What a request says, and whether a part of it could not be read. */
export interface Asked {
  readonly fields: Fields;
  readonly isBroken: boolean;
}

/**
 * What a request says in its query string, in `Authorization: Bearer {json}` as the manual's own curl sends it, and in its
 * body; a later one of these before an earlier one. Names of fields in whatever case.
 */
export async function askedOf(request: FastifyRequest): Promise<Asked> {
  const at = request.url.indexOf('?');
  const query = at < 0 ? mergeFields() : readForm(request.url.slice(at + 1));
  const json = /^\s*Bearer\s+(\{.*\})\s*$/is.exec(request.headers.authorization ?? '')?.[1];
  const header = await read(json === undefined ? undefined : Buffer.from(json));
  const body = await read(await bodyOf(request));
  const all = [query, header ?? {}, body ?? {}].map(lowerCased);
  return { fields: mergeFields(...all), isBroken: header === undefined || body === undefined };
}

/** Undefined when it cannot be read. */
async function read(bytes: Buffer | undefined): Promise<Fields | undefined> {
  if (bytes === undefined) return mergeFields();
  try {
    return await readFields(bytes);
  } catch (error) {
    if (error instanceof AppError && error.code === 'bad_request') return undefined;
    throw error;
  }
}

function lowerCased(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]));
}
