import type { ApiDatabase } from './database.ts';
import { inTurn, type Method } from './method.ts';

const headers = { 'content-type': 'application/json' } as const;

/** The two methods that a voice menu asks for in nearly every call: who is it, and unlock. */
export function sgpMethods(database: ApiDatabase): Method[] {
  const { contracts, credentials } = database;
  const { app, token } = credentials.sgp;
  const requests = (path: string, what: (contract: ApiDatabase['contracts'][number]) => object) =>
    inTurn(contracts.map((contract) => ({ path, body: JSON.stringify({ app, token, ...what(contract) }) })));
  const [lookup, unlock] = ['/ws/ura/consultacliente/', '/ws/ura/liberacaopromessa/'];
  const lookups = requests(lookup, ({ document }) => ({ cpfcnpj: document }));
  const unlocks = requests(unlock, ({ id }) => ({ contrato: id, uracontato: '34999990000' }));
  return [
    {
      name: 'consultacliente',
      verb: 'POST',
      path: lookup,
      headers,
      next: lookups.next,
      isRight: (body) => /"contra(?:to|ct)Id":\d/.test(body),
      reset: async () => {},
      playedBack: { field: 'cpfcnpj' },
    },
    {
      name: 'liberacaopromessa',
      verb: 'POST',
      path: unlock,
      headers,
      next: unlocks.next,
      // The bare server answers with the rows of its statements, and with an error when one of them fails.
      isRight: (body) => body.includes('"liberado":true') || body.startsWith('['),
      async reset() {
        await database.suspendAgain();
        unlocks.restart();
      },
      playedBack: { field: 'contrato', isFresh: (value) => value.startsWith('sgp:') },
    },
  ];
}
