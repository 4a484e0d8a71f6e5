import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedHubsoft, servedHubsoft } from '../../../../test/helpers/hubsoft.ts';
import type { LiveClient } from '../../../../test/helpers/live-client.ts';
import { liveStream } from '../../../../test/helpers/live-stream.ts';
import { windowClosed, windowOpened } from '../../../screen-pop/schemas.ts';

let hubsoft: ServedHubsoft;
let live: Awaited<ReturnType<typeof liveStream>>;
let agent: LiveClient;
beforeAll(async () => {
  hubsoft = await servedHubsoft();
  live = await liveStream(hubsoft);
  agent = await live.listen('1001');
});
afterAll(async () => {
  await live.close();
  await hubsoft.close();
});

const notified = { status: 'success', msg: 'Ligação notificada com sucesso' };
const cancelled = { status: 'success', msg: 'Ligação cancelada com sucesso' };
const announce = async (fields: object) => (await hubsoft.ask('POST', 'pbx/ligacao/notificar', fields)).body;
const withdraw = async (fields: object) => (await hubsoft.ask('POST', 'pbx/ligacao/cancelar', fields)).body;
const wrong = (field: string) => ({
  status: 'error',
  msg: 'Favor preencher os campos obrigatórios de acordo com as especificações',
  errors: [`O valor selecionado para o campo ${field} é inválido.`],
});

/** What the agent's program hears while something is done. */
async function heard(events: number, work: () => Promise<unknown>) {
  const before = agent.heard.length;
  await work();
  await agent.until((all) => all.length >= before + events);
  return agent.heard.slice(before);
}

function subscriber(situation: 'active' | 'two-contracts' | 'suspended') {
  return hubsoft.demo.find((one) => one.situation === situation);
}

async function idsOf(situation: 'active' | 'two-contracts' | 'suspended') {
  const contract = hubsoft.contractOf(situation);
  return hubsoft.provider.db
    .selectFrom('contract as c')
    .innerJoin('subscriber as s', (join) =>
      join.onRef('s.tenant_id', '=', 'c.tenant_id').onRef('s.id', '=', 'c.subscriber_id'),
    )
    .select(['s.id', 's.code'])
    .where('c.id', '=', contract)
    .executeTakeFirstOrThrow();
}

test('a call announced opens a window about who calls, and its cancellation closes it, once', async () => {
  const telefone = Number(subscriber('active')?.phone?.replace('+55', ''));
  const [opened] = await heard(1, async () => {
    expect(await announce({ ramal: 1001, telefone })).toEqual(notified);
  });
  const { window } = windowOpened.parse(opened?.data);
  expect(window).toMatchObject({ callerNumber: `+55${telefone}`, callId: null, extension: '1001' });
  expect(window.caller.subscriber?.contracts[0]?.id).toBe(String(hubsoft.contractOf('active')));
  expect(window.caller.connection?.state).toBe('online');
  const [closed, ...more] = await heard(1, async () => {
    for (let n = 0; n < 3; n++) expect(await withdraw({ ramal: '1001', telefone: `(${telefone})` })).toEqual(cancelled);
  });
  expect(windowClosed.parse(closed?.data)).toEqual({ window: window.id, reason: 'cancelled' });
  expect(more).toEqual([]);
});

test('an agent may be named by the internal id, and the caller by id or code', async () => {
  const { id, code } = await idsOf('two-contracts');
  const identificador_interno = 'ana.1';
  const events = await heard(2, async () => {
    expect(await announce({ identificador_interno, id_cliente: String(id) })).toEqual(notified);
    expect(await withdraw({ identificador_interno, codigo_cliente: code })).toEqual(cancelled);
  });
  const { caller, callerNumber } = windowOpened.parse(events[0]?.data).window;
  expect(caller.subscriber).toMatchObject({ id: String(id), contracts: [{}, {}] });
  expect([caller.contractId, callerNumber]).toEqual([null, null]);
  expect(events[1]?.type).toBe('window.closed');
});

test('announced over and over, a call has one window; another caller has another', async () => {
  const telefone = '37999912222';
  const events = await heard(2, async () => {
    await Promise.all(Array.from({ length: 20 }, () => announce({ ramal: 1001, telefone })));
    await announce({ ramal: 1001, telefone: '37999913333' });
  });
  expect(events.map(({ type }) => type)).toEqual(['window.opened', 'window.opened']);
  expect(windowOpened.parse(events[0]?.data).window.caller.subscriber).toBeNull();
});

test('a telephone of two subscribers identifies neither', async () => {
  const { db, tenantId } = hubsoft.provider;
  const shared = { tenant_id: tenantId, number: '+5537999914444', position: 90 };
  const ids = [(await idsOf('active')).id, (await idsOf('suspended')).id];
  await db
    .insertInto('subscriber_phone')
    .values(ids.map((subscriber_id) => ({ ...shared, subscriber_id })))
    .execute();
  const [opened] = await heard(1, () => announce({ ramal: 1001, telefone: 37_999_914_444 }));
  expect(windowOpened.parse(opened?.data).window.caller.subscriber).toBeNull();
});

test('who or whose phone is not known is an error, as are fields that are missing', async () => {
  const telefone = 37_999_912_222;
  for (const ask of [announce, withdraw]) {
    expect(await ask({ ramal: 4_321, telefone })).toEqual(wrong('ramal'));
    expect(await ask({ identificador_interno: 'nobody', telefone })).toEqual(wrong('identificador_interno'));
    expect(await ask({ ramal: 1001, id_cliente: 999_999, telefone })).toEqual(wrong('id_cliente'));
    expect(await ask({ ramal: 1001, codigo_cliente: '99999999999999' })).toEqual(wrong('codigo_cliente'));
    expect(await ask({ telefone })).toMatchObject({
      status: 'error',
      errors: ['O campo ramal é obrigatório caso o identificador_interno não seja informado.'],
    });
    expect(await ask({ ramal: 1001 })).toMatchObject({
      status: 'error',
      errors: ['O campo telefone é obrigatório caso o id_cliente ou o codigo_cliente não seja informado.'],
    });
    for (const fields of [{ ramal: 'um' }, { ramal: 1001, telefone: 'x'.repeat(10_000) }, { ramal: "1001' or '1" }]) {
      expect(await ask({ telefone, ...fields })).toMatchObject({ status: 'error', errors: [expect.any(String)] });
    }
  }
});

test('another provider reaches neither our agents nor our subscribers', async () => {
  const headers = { authorization: `Bearer ${hubsoft.tokens.foreign}` };
  const { id } = await idsOf('active');
  const before = agent.heard.length;
  const theirs = await hubsoft.ask('POST', 'pbx/ligacao/notificar', { ramal: 1001, id_cliente: id }, headers);
  expect(theirs.body).toEqual(wrong('ramal'));
  const [opened] = await heard(1, () => announce({ ramal: 1001, telefone: 37_999_915_555 }));
  expect([opened?.type, agent.heard.length]).toEqual(['window.opened', before + 1]);
});
