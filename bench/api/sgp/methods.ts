import type { ApiDatabase } from '../database.ts';
import type { Method } from '../method.ts';

const headers = { 'content-type': 'application/json' } as const;

/** The two methods that a voice menu asks for in nearly every call: who is it, and unlock. */
export function sgpMethods(database: ApiDatabase): Method[] {
  const { contracts, credentials } = database;
  const { app, token } = credentials;
  const bodies = (what: (contract: ApiDatabase['contracts'][number]) => object) =>
    contracts.map((contract) => JSON.stringify({ app, token, ...what(contract) }));
  const lookups = inTurn(bodies(({ document }) => ({ cpfcnpj: document })));
  const unlocks = inTurn(bodies(({ id }) => ({ contrato: id, uracontato: '34999990000' })));
  return [
    {
      name: 'consultacliente',
      path: '/ws/ura/consultacliente/',
      headers,
      nextBody: lookups.next,
      isRight: (body) => /"contra(?:to|ct)Id":\d/.test(body),
      reset: async () => {},
    },
    {
      name: 'liberacaopromessa',
      path: '/ws/ura/liberacaopromessa/',
      headers,
      nextBody: unlocks.next,
      // The bare server answers with the rows of its statements, and with an error when one of them fails.
      isRight: (body) => body.includes('"liberado":true') || body.startsWith('['),
      async reset() {
        await database.suspendAgain();
        unlocks.restart();
      },
    },
  ];
}

/** Each in its turn, from the first again after the last. */
function inTurn(bodies: readonly string[]) {
  let index = 0;
  return {
    next: (): string => bodies[index++ % bodies.length] ?? '',
    restart: (): void => {
      index = 0;
    },
  };
}
