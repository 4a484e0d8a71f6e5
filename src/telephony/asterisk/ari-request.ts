import { AppError } from '../../kernel/errors.ts';
import type { AriOperations } from './ari-types.generated.ts';

/** A request of ARI, named as Asterisk's own description names it: `POST /channels/{channelId}/answer`. */
export type Operation = keyof AriOperations;

export type Answer<O extends Operation> = AriOperations[O]['answer'];

type Given<T, Name extends string> = keyof T extends never ? unknown : { readonly [K in Name]: Readonly<T> };

/** What an operation needs: `path`, `query` and `body`, each where it has any. */
export type Arguments<O extends Operation> = Given<AriOperations[O]['path'], 'path'> &
  Given<AriOperations[O]['query'], 'query'> &
  (AriOperations[O]['body'] extends undefined ? unknown : { readonly body: Readonly<AriOperations[O]['body']> });

export interface WireRequest {
  readonly method: string;
  /** Below `/ari/`, escaped, with the query string of methods that have no body. */
  readonly uri: string;
  /** JSON. */
  readonly body: string | undefined;
}

interface Template {
  readonly method: string;
  /** Fixed text and names of parameters in turn, beginning with text. */
  readonly parts: readonly string[];
}

const templates = new Map<Operation, Template>();

/**
 * An operation as it is sent. Parameters of POST and PUT travel in the JSON body, where a comma does not split a list
 * and nothing needs escaping; those of GET and DELETE in the query string.
 */
export function wireRequest<O extends Operation>(operation: O, given: Arguments<O>): WireRequest {
  const { path, query, body } = given as {
    path?: Record<string, string>;
    query?: Record<string, unknown>;
    body?: object;
  };
  const { method, parts } = templateOf(operation);
  let uri = parts[0] ?? '';
  for (let i = 1; i < parts.length; i += 2) {
    uri += encodeURIComponent(path?.[parts[i] ?? ''] ?? '') + (parts[i + 1] ?? '');
  }
  if (method === 'POST' || method === 'PUT') {
    const content = query === undefined ? body : { ...query, ...body };
    return { method, uri, body: content === undefined ? undefined : JSON.stringify(content) };
  }
  return { method, uri: query === undefined ? uri : `${uri}?${queryString(query)}`, body: undefined };
}

function queryString(query: Record<string, unknown>): string {
  const pairs = Object.entries(query).map(([name, value]) => {
    const text = Array.isArray(value) ? value.join(',') : String(value);
    return `${name}=${encodeURIComponent(text)}`;
  });
  return pairs.join('&');
}

function templateOf(operation: Operation): Template {
  let template = templates.get(operation);
  if (template === undefined) {
    const [method = '', path = ''] = operation.split(' ');
    template = { method, parts: path.slice(1).split(/[{}]/) };
    templates.set(operation, template);
  }
  return template;
}

/** What Asterisk's refusal means: 404 `not_found`, 409 and 412 `conflict`, anything else `internal`. */
export function refusal(operation: Operation, status: number, body: string | undefined): AppError {
  const code = status === 404 ? 'not_found' : status === 409 || status === 412 ? 'conflict' : 'internal';
  return new AppError(code, `Asterisk refused ${operation} with status ${status}: ${body ?? ''}`, {
    operation,
    status,
  });
}
