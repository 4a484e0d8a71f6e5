import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedHubsoft, servedHubsoft } from '../../../../test/helpers/hubsoft.ts';

let hubsoft: ServedHubsoft;
let login: string;
beforeAll(async () => {
  hubsoft = await servedHubsoft();
  const { db } = hubsoft.provider;
  const contract = await db
    .selectFrom('contract')
    .select('radius_login')
    .where('id', '=', hubsoft.contractOf('active'))
    .executeTakeFirstOrThrow();
  login = contract.radius_login ?? '';
  await db.deleteFrom('radacct').where('username', '=', login).execute();
  const session = (start: string, stop: string | null, megabytes: number, seconds: number | null) => ({
    acctsessionid: start,
    acctuniqueid: `test ${start}`,
    username: login,
    nasipaddress: '100.64.1.1',
    acctstarttime: new Date(start),
    acctstoptime: stop === null ? null : new Date(stop),
    acctupdatetime: new Date(stop ?? '2026-11-21T13:00:00Z'),
    acctoutputoctets: megabytes * 1_048_576,
    acctinputoctets: megabytes * 104_858,
    acctsessiontime: seconds,
  });
  await db
    .insertInto('radacct')
    .values([
      session('2026-09-01T12:00:00Z', '2026-09-01T13:00:00Z', 1, 3_600),
      session('2026-10-01T12:00:00Z', '2026-10-23T12:00:00Z', 10, 1_900_800),
      session('2026-11-01T02:59:59Z', '2026-11-01T02:59:59Z', 100, 0),
      session('2026-11-20T12:00:00Z', '2026-11-20T13:00:00Z', 1_000, null),
      session('2026-11-21T12:00:00Z', null, 2_000, 3_600),
    ])
    .execute();
});
afterAll(() => hubsoft.close());

async function ask(fields: object, headers?: Record<string, string>) {
  const request = { busca: 'login', termo_busca: login, ...fields };
  const { body } = await hubsoft.ask('GET', 'cliente/extrato_conexao', request, headers);
  return body as { registros: { acctstarttime: string; acctstoptimebr: string | null }[]; estatisticas: object };
}
const starts = async (fields: object) => (await ask(fields)).registros.map((one) => one.acctstarttime.slice(0, 10));

test('connections of the last thirty days are told, the running one first, one from before that lasted into them too', async () => {
  expect(await starts({})).toEqual(['2026-11-21', '2026-11-20', '2026-10-31', '2026-10-01']);
  const { registros } = await ask({ limit: 1 });
  expect(registros).toMatchObject([
    {
      acctstarttime: '2026-11-21 09:00:00-03',
      acctstarttimebr: '21/11/2026 09:00:00',
      acctstoptime: null,
      acctstoptimebr: null,
      download_megabytes: 2_000,
      upload_megabytes: 200,
      username: login,
    },
  ]);
});

test('days are the provider’s, the first and the last included', async () => {
  expect(await starts({ data_inicio: '2026-10-31', data_fim: '2026-10-31' })).toEqual(['2026-10-31']);
  expect(await starts({ data_inicio: '2026-11-01', data_fim: '2026-11-19' })).toEqual([]);
  expect(await starts({ data_fim: '2026-09-02' })).toEqual(['2026-09-01']);
  expect(await starts({ data_inicio: '2026-11-22' })).toEqual([]);
});

test('the statistics are of every connection of the window, however few are shown', async () => {
  const statistics = {
    total_conexoes: 2,
    download_total: 3_000,
    upload_total: 300,
    trafego_total: 3_300,
    media_download: 0.42,
    media_upload: 0.04,
  };
  const window = { data_inicio: '2026-11-20' };
  expect((await ask({ ...window, limit: 1 })).estatisticas).toEqual(statistics);
  expect((await ask(window)).estatisticas).toEqual(statistics);
});

test('a login that nobody has, or another provider’s, has no connections', async () => {
  const none = { registros: [], estatisticas: { total_conexoes: 0, media_download: 0 } };
  expect(await ask({ termo_busca: 'nobody' })).toMatchObject(none);
  const foreign = { authorization: `Bearer ${hubsoft.tokens.foreign}` };
  expect(await ask({}, foreign)).toMatchObject(none);
});

test('what cannot be asked is told in words', async () => {
  const msg = 'O tipo de busca (mac) não é válido | Valores aceitos para esse campo: login';
  expect(await ask({ busca: 'mac' })).toEqual({ status: 'error', msg });
  for (const fields of [
    { limit: 0 },
    { limit: 51 },
    { data_inicio: '2026-11-31' },
    { data_inicio: '2026-11-21', data_fim: '2026-11-20' },
    { termo_busca: ' ' },
    { termo_busca: 'x'.repeat(10_000) },
  ]) {
    expect([fields, await ask(fields)]).toMatchObject([fields, { status: 'error', errors: [expect.any(String)] }]);
  }
});
