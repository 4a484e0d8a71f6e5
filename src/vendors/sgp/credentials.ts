import type { IncomingHttpHeaders } from 'node:http';
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
  const basic = scheme.toLowerCase() === 'basic' ? basicOf(rest) : undefined;
  const app = typeof headers.app === 'string' ? headers.app : undefined;
  return {
    token: textOf(fields.token) ?? (scheme.toLowerCase() === 'token' ? rest : undefined) ?? textOf(basic?.password),
    app: textOf(fields.app) ?? textOf(app) ?? textOf(basic?.user),
  };
}

/** RFC 7617: user and password, the first colon between them. */
function basicOf(encoded: string): { user: string; password: string } {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const at = text.indexOf(':');
  return at < 0 ? { user: text, password: '' } : { user: text.slice(0, at), password: text.slice(at + 1) };
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
