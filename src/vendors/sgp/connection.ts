import { Pool } from 'undici';
import type { Logger } from '../../kernel/logger.ts';
import { idempotencyHeader } from '../idempotency.ts';
import { parseBody } from './body.ts';
import { type Trouble, troubleOfFailure, troubleOfStatus } from './trouble.ts';

/** Where a provider's SGP is, and who we are to it. */
export interface SgpAddress {
  /** With the provider's prefix if it has one, without `/ws` or `/api`. */
  readonly url: string;
  readonly token: string;
  readonly app: string;
}

/** The methods of the specification ("WebService URA" 1.0), at `/ws/ura/`, and in later versions at `/api/ura/` too. */
const documentedMethods = [
  'consultacliente',
  'liberacaopromessa',
  'enviafatura',
  'verificaacesso',
  'notificacaosistema',
  'chamado',
] as const;
export type SgpMethod = (typeof documentedMethods)[number] | 'titulos' | 'manutencao/list' | 'ocorrencia/list';
export type SgpParams = Readonly<Record<string, string | number | undefined>>;

export type SgpAnswer = { readonly body: unknown } | { readonly trouble: Trouble; readonly httpStatus?: number };

export interface SgpConnection {
  /**
   * Calls a method, once.
   * @param key of an act: sent as a header, so that a server that knows it does a repetition only once
   */
  ask(method: SgpMethod, params: SgpParams, signal: AbortSignal, key?: string): Promise<SgpAnswer>;
  close(): Promise<void>;
}

const longestAnswerBytes = 1024 * 1024;
/** Within the 3 s of a lookup, so that an address where nobody answers is told from a server that thinks. */
const connectMs = 1_500;
/**
 * For servers that do not tell how long they keep an idle connection: the shortest habit is 2 s, and an act on one that
 * the server closes at that moment has an answer nobody knows.
 */
const idleMs = 1_500;
/** As many callers at once as wait for an answer in 250 calls a minute; more wait their turn. */
const connections = 32;
const accepted = { accept: 'application/json' };
const roots = ['/ws/ura/', '/api/ura/'] as const;

/**
 * Kept connections to one SGP. Nothing is repeated and nothing followed: a redirect would turn a POST into a GET.
 * Parameters and answers hold personal data (and passwords), so neither is ever logged.
 */
export function openSgpConnection(address: SgpAddress, logger: Logger): SgpConnection {
  const { origin, pathname } = new URL(address.url);
  const prefix = pathname.replace(/\/+$/, '');
  const pool = new Pool(origin, {
    connections,
    connect: { timeout: connectMs },
    maxResponseSize: longestAnswerBytes,
    keepAliveTimeout: idleMs,
    // The caller's deadline is the signal.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  let root: (typeof roots)[number] = roots[0];

  async function ask(method: SgpMethod, params: SgpParams, signal: AbortSignal, key?: string): Promise<SgpAnswer> {
    if (!documentedMethods.some((documented) => documented === method)) {
      return told(method, await send(`/api/ura/${method}/`, params, signal, key));
    }
    const answer = await send(`${root}${method}/`, params, signal, key);
    if (!('trouble' in answer) || answer.httpStatus !== 404) return told(method, answer);
    // What does not know the method has done nothing, so the other of its two places may be asked.
    const other = roots.find((each) => each !== root) ?? root;
    const second = await send(`${other}${method}/`, params, signal, key);
    if (!('trouble' in second) || second.httpStatus !== 404) root = other;
    return told(method, second);
  }

  async function send(
    path: string,
    params: SgpParams,
    signal: AbortSignal,
    key: string | undefined,
  ): Promise<SgpAnswer> {
    if (signal.aborted) return { trouble: 'not_sent' };
    try {
      const request = path.endsWith('/manutencao/list/') ? readWith(address) : formWith(address, params, key);
      const response = await pool.request({ path: `${prefix}${path}`, signal, ...request });
      const bytes = await response.body.bytes();
      const trouble = troubleOfStatus(response.statusCode);
      if (trouble !== undefined) return { trouble, httpStatus: response.statusCode };
      const body = parseBody(bytes);
      return body === undefined ? { trouble: 'not_json', httpStatus: response.statusCode } : { body };
    } catch (error) {
      return { trouble: troubleOfFailure(error, signal.aborted) };
    }
  }

  function told(method: SgpMethod, answer: SgpAnswer): SgpAnswer {
    if ('trouble' in answer) logger.warn({ erp: 'sgp', method, ...answer }, 'the ERP gave no answer that can be read');
    return answer;
  }

  return { ask, close: () => pool.close() };
}

/** As the specification's table says: fields of a form, the credentials among them. */
function formWith({ token, app }: SgpAddress, params: SgpParams, key: string | undefined) {
  const fields = new URLSearchParams({ token, app });
  for (const [name, value] of Object.entries(params)) if (value !== undefined) fields.set(name, String(value));
  const headers = { ...accepted, 'content-type': 'application/x-www-form-urlencoded' };
  return {
    method: 'POST',
    headers: key === undefined ? headers : { ...headers, [idempotencyHeader]: key },
    body: fields.toString(),
  } as const;
}

/** A list that is read by GET: the credentials go into headers, since addresses end up in logs. */
function readWith({ token, app }: SgpAddress) {
  return { method: 'GET', headers: { ...accepted, authorization: `Token ${token}`, app } } as const;
}
