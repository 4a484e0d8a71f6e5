import type { IncomingHttpHeaders } from 'node:http';
import { basicOf } from '../basic.ts';
import type { Fields } from '../liberal-body.ts';

/** What a request shows to be let in; undefined what it does not. */
export interface ShownCredentials {
  readonly token: string | undefined;
  readonly app: string | undefined;
}

/**
 * The token and the application's name, from where callers put them: the fields `token` and `app`; the headers
 * `Authorization: Token …` and `App`; or Basic, with the application as the user.
 */
export function shownCredentials(fields: Fields, headers: IncomingHttpHeaders): ShownCredentials {
  const [, scheme = '', rest = ''] = /^\s*(\w+)\s+(\S+)\s*$/.exec(headers.authorization ?? '') ?? [];
  const basic = basicOf(headers.authorization);
  const app = typeof headers.app === 'string' ? headers.app : undefined;
  return {
    token: textOf(fields.token) ?? (scheme.toLowerCase() === 'token' ? rest : undefined) ?? textOf(basic?.password),
    app: textOf(fields.app) ?? textOf(app) ?? textOf(basic?.user),
  };
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
