import type { ApiDatabase } from './database.ts';
import { inTurn, type Method, type Sent } from './method.ts';
import { createOurApp } from './our-app.ts';

const [login, base] = ['/oauth/token', '/api/v1/integracao'];
const [lookup, invoices] = [`${base}/cliente`, `${base}/cliente/financeiro`];
const json = { 'content-type': 'application/json' } as const;

/** What programs ask HubSoft for in every conversation: who is it, what is to be paid; and, less often, a token. */
export async function hubsoftMethods(database: ApiDatabase): Promise<Method[]> {
  const { contracts } = database;
  const { logins, token } = await prepare(database);
  const bearer = { authorization: `Bearer ${token}` };
  const asking = (path: string, term: string): Sent => ({
    path: `${path}?${new URLSearchParams({ busca: 'cpf_cnpj', termo_busca: term }).toString()}`,
    body: undefined,
  });
  const by = (path: string) => inTurn(contracts.map(({ document }) => asking(path, document)));
  const reading = {
    verb: 'GET',
    headers: bearer,
    reset: async () => {},
    playedBack: { field: 'termo_busca' },
  } as const;
  return [
    // The bare server answers with the rows of its statements.
    {
      ...reading,
      name: 'cliente',
      path: lookup,
      next: by(lookup).next,
      isRight: (said) => said.includes('"id_cliente_servico":') || said.startsWith('[{'),
    },
    {
      ...reading,
      name: 'cliente/financeiro',
      path: invoices,
      next: by(invoices).next,
      isRight: (said) => said.includes('"id_fatura":') || said.startsWith('[{'),
    },
    {
      name: 'token',
      verb: 'POST',
      path: login,
      headers: json,
      next: inTurn(logins.map((body) => ({ path: login, body }))).next,
      isRight: (said) => said.includes('"access_token":"'),
      reset: async () => {},
      playedBack: { field: 'username', isFresh: isOfNewToken, logsIn: true },
    },
  ];
}

/** The hash of a refresh token, and what its successor is made of. */
function isOfNewToken(value: string, statement: string): boolean {
  return statement.startsWith('insert into "refresh_token"') && /^[\w-]{43,64}$/.test(value);
}

/** More than the connections: who logs in twice at once as one user with one password is let in by one look. */
const users = 40;

/** Makes users of the demo's client, and lets one of them in. */
async function prepare({ url, timeZone, tenantId, credentials }: ApiDatabase) {
  const ours = await createOurApp(url, timeZone);
  try {
    const { client_id, client_secret } = credentials.hubsoft;
    const logins: string[] = [];
    for (let index = 0; index < users; index++) {
      const user = { kind: 'hubsoft', name: `bench${index}@provedor.example`, clientId: Number(client_id) } as const;
      const { name, password } = await ours.access.create(tenantId, user);
      logins.push(JSON.stringify({ grant_type: 'password', client_id, client_secret, username: name, password }));
    }
    const answer = await ours.app.inject({ method: 'POST', url: login, headers: json, payload: logins[0] ?? '' });
    return { logins, token: answer.json<{ access_token: string }>().access_token };
  } finally {
    await ours.close();
  }
}
