import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RadiusNas, startNas } from '../../../../test/helpers/freeradius.ts';
import { type ServedHubsoft, servedHubsoft } from '../../../../test/helpers/hubsoft.ts';
import { setControl } from '../../../isp/network/concentrator-control.ts';
import { createConcentrators } from '../../../isp/network/concentrators.ts';
import { createRadiusExchange } from '../../../isp/network/radius-exchange.ts';
import { systemClock } from '../../../kernel/clock.ts';
import { silentLogger } from '../../../kernel/logger.ts';
import { apiBase } from '../server.ts';

let hubsoft: ServedHubsoft;
let nas: RadiusNas;
beforeAll(async () => {
  const exchange = createRadiusExchange(systemClock, undefined);
  const concentrators = createConcentrators(exchange, systemClock, silentLogger);
  [nas, hubsoft] = await Promise.all([startNas(), servedHubsoft({ concentrators, copies: 2 })]);
  const { db, tenantId } = hubsoft.provider;
  const control = { address: '127.0.0.1', port: nas.port, secret: nas.secret };
  const all = await db.selectFrom('equipment').select('id').where('role', '=', 'concentrator').execute();
  for (const { id } of all) await setControl({ db, tenantId }, id, control);
}, 240_000);
afterAll(async () => {
  await nas.stop();
  await hubsoft.close();
});

let taken = 0;
/** A contract that is online, whose session the concentrator treats by how its id begins: see `startNas`. */
async function online(session: 'up' | 'odd'): Promise<{ id: number; login: string; session: string }> {
  const id = hubsoft.demo.filter(({ situation }) => situation === 'active')[taken++]?.contracts[0] ?? 0;
  const { db } = hubsoft.provider;
  const name = `${session}-${id}`;
  const contract = await db
    .selectFrom('contract')
    .select('radius_login')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const login = contract.radius_login ?? '';
  await db.updateTable('radacct').set({ acctsessionid: name }).where('username', '=', login).execute();
  return { id, login, session: name };
}

const disconnect = (id: number | string, headers?: Record<string, string>) =>
  hubsoft.ask('GET', `cliente/solicitar_desconexao/${id}`, {}, headers);
const resetMac = async (id_cliente_servico: number | string) =>
  (await hubsoft.ask('POST', 'cliente/reset_mac_addr', { id_cliente_servico })).body;
const askedAbout = async (session: string) => (await nas.asked()).filter((line) => line.includes(session));

test('the concentrator is asked to disconnect, three times a minute at most; a HEAD asks nothing', async () => {
  const { id, login, session } = await online('up');
  const url = `${apiBase}/cliente/solicitar_desconexao/${id}`;
  const headers = { authorization: `Bearer ${hubsoft.tokens.own}` };
  expect((await hubsoft.app.inject({ method: 'HEAD', url, headers })).statusCode).toBe(405);
  expect((await hubsoft.app.inject({ method: 'GET', url })).statusCode).toBe(401);
  expect(await askedAbout(session)).toEqual([]);
  const done = { status: 'success', msg: `A desconexão foi bem sucedida para o login ${login}!`, login };
  for (let n = 0; n < 3; n++) expect((await disconnect(id)).body).toEqual(done);
  expect((await disconnect(id)).status).toBe(429);
  expect((await askedAbout(session)).map((line) => line.split(' ')[0])).toEqual(Array(3).fill('Disconnect-Request'));
});

test('what the concentrator refuses, and who is not connected, is told as it is', async () => {
  const { id, login } = await online('odd');
  const failed = (of: string, reason: RegExp) => ({
    status: 'error',
    msg: `A desconexão não foi bem sucedida para o login ${of}!`,
    errors: [expect.stringMatching(reason)],
  });
  expect((await disconnect(id)).body).toEqual(failed(login, /recusou/));
  const offline = hubsoft.contractOf('offline');
  const { db } = hubsoft.provider;
  const row = await db
    .selectFrom('contract')
    .select('radius_login')
    .where('id', '=', offline)
    .executeTakeFirstOrThrow();
  expect((await disconnect(offline)).body).toEqual(failed(row.radius_login ?? '', /não está conectado/));
});

test('the modem’s address is forgotten, and its session ended', async () => {
  const { id, login, session } = await online('up');
  const { db } = hubsoft.provider;
  const bound = () =>
    db
      .selectFrom('radcheck')
      .select('value')
      .where('username', '=', login)
      .where('attribute', '=', 'Calling-Station-Id')
      .execute();
  expect(await bound()).toHaveLength(1);
  expect(await resetMac(String(id))).toEqual({ status: 'success', msg: 'Endereço MAC resetado com sucesso!' });
  expect(await bound()).toEqual([]);
  expect(await db.selectFrom('contract').select('mac').where('id', '=', id).executeTakeFirst()).toEqual({ mac: null });
  expect(await askedAbout(session)).toHaveLength(1);
});

test('a service without a login, an unknown one and another provider’s are errors', async () => {
  const { db } = hubsoft.provider;
  const without = hubsoft.contractOf('installing');
  await db.updateTable('contract').set({ radius_login: null }).where('id', '=', without).execute();
  const noLogin = { status: 'error', msg: 'O serviço informado não possui dados de autenticação', errors: [] };
  expect((await disconnect(without)).body).toEqual(noLogin);
  expect(await resetMac(without)).toEqual(noLogin);
  for (const id of [999_999, '99999999999999']) {
    expect((await disconnect(id)).body).toMatchObject({ status: 'error' });
    expect(await resetMac(id)).toMatchObject({
      errors: ['O valor selecionado para o campo id_cliente_servico é inválido.'],
    });
  }
  const foreign = { authorization: `Bearer ${hubsoft.tokens.foreign}` };
  const mine = await disconnect(hubsoft.contractOf('active'), foreign);
  expect(mine.body).toEqual({
    status: 'error',
    msg: `Serviço de ID ${hubsoft.contractOf('active')} não encontrado`,
    errors: [],
  });
});
