import { type ErpAnswer, openErpConnection } from '../erp-connection.ts';
import { idempotencyHeader } from '../idempotency.ts';

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

export interface SgpConnection {
  /**
   * Calls a method, once.
   * @param key of an act: sent as a header, so that a server that knows it does a repetition only once
   */
  ask(method: SgpMethod, params: SgpParams, signal: AbortSignal, key?: string): Promise<ErpAnswer>;
  close(): Promise<void>;
}

const accepted = { accept: 'application/json' };
const roots = ['/ws/ura/', '/api/ura/'] as const;

/** Kept connections to one SGP. */
export function openSgpConnection(address: SgpAddress): SgpConnection {
  const connection = openErpConnection(address.url);
  let root: (typeof roots)[number] = roots[0];

  function send(path: string, params: SgpParams, signal: AbortSignal, key: string | undefined): Promise<ErpAnswer> {
    const request = path.endsWith('/manutencao/list/') ? readWith(address) : formWith(address, params, key);
    return connection.send({ path, ...request }, signal);
  }

  return {
    async ask(method, params, signal, key) {
      if (!documentedMethods.some((documented) => documented === method)) {
        return send(`/api/ura/${method}/`, params, signal, key);
      }
      const answer = await send(`${root}${method}/`, params, signal, key);
      if (!('trouble' in answer) || answer.httpStatus !== 404) return answer;
      // What does not know the method has done nothing, so the other of its two places may be asked.
      const other = roots.find((each) => each !== root) ?? root;
      const second = await send(`${other}${method}/`, params, signal, key);
      if (!('trouble' in second) || second.httpStatus !== 404) root = other;
      return second;
    },
    close: () => connection.close(),
  };
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
