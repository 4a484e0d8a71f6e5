import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/storage/database.ts';
import { type CuttingProxy, cuttingProxy, type Passage } from '../helpers/cutting-proxy.ts';
import { TestSystem } from '../helpers/system.ts';
import { Caller } from './caller.ts';
import { deskPhonesOf } from './desk-phones.ts';
import { callAs, documentsInLogs, protocolOf, stateIn, toSuspended, wayOf } from './menu-ways.ts';
import { messageWith } from './outbox.ts';

/** One system is the voice menu, another one the provider's SGP; they have the same subscribers. */
let menu: TestSystem;
let sgp: TestSystem;
let network: CuttingProxy;
let theirs: Database;
let ours: Database;
/** What becomes of a contract's requests of one method on the way. */
const broken: { readonly method: string; readonly contract: number; readonly passage: Passage }[] = [];

beforeAll(async () => {
  sgp = await TestSystem.start();
  network = await cuttingProxy(sgp.httpPort, (request) => {
    const rule = broken.find(
      ({ method, contract }) => request.includes(`/${method}/`) && new RegExp(`contrato=${contract}\\b`).test(request),
    );
    return rule?.passage ?? 'pass';
  });
  const { token, app } = sgp.demo.sgp;
  const url = `http://127.0.0.1:${network.port}/PROVEDOR`;
  menu = await TestSystem.start({ ERP: 'sgp', SGP_URL: url, SGP_TOKEN: token, SGP_APP: app });
  theirs = (await sgp.database()).db;
  ours = (await menu.database()).db;
});
afterAll(async () => {
  await menu.stop();
  await network.close();
  await sgp.stop();
});

const contractOf = (situation: string, index = 0) => sgp.subscriber(situation, index).contracts[0] ?? 0;

/** Protocols of a contract's tickets in the provider's SGP. */
async function protocolsOf(contractId: number): Promise<string[]> {
  const rows = await theirs.selectFrom('ticket').select('protocol').where('contract_id', '=', contractId).execute();
  return rows.map(({ protocol }) => protocol);
}

function promisesOf(contractId: number) {
  return theirs.selectFrom('promise').select('days').where('contract_id', '=', contractId).execute();
}

const sent = (method: string, contract: number) =>
  network.passed.filter((request) => request.includes(`/${method}/`) && request.includes(`contrato=${contract}`));

const unlocked = ['liberacao/working', 'liberacao/unlock', 'liberacao/unlocked'];

describe.concurrent('with a provider’s SGP as the ERP', () => {
  test('the trust unlock is made there, once, and its protocol is heard', async () => {
    const contract = contractOf('suspended');
    const caller = await callAs(menu, 'suspended', 0, '1');
    await caller.hears('unlock_done-2');
    await caller.hears('anything_else', 60_000);
    expect(await wayOf(caller)).toEqual([...toSuspended, ...unlocked, 'anything_else']);
    expect(await protocolsOf(contract)).toEqual([await protocolOf(caller)]);
    expect(await promisesOf(contract)).toEqual([{ days: 3 }]);
    expect(await stateIn(theirs, contract)).toBe('active');
    expect(await stateIn(ours, contract)).toBe('suspended_debt');
  });

  test('the bill goes out from there', async () => {
    const contract = contractOf('active');
    const caller = await callAs(menu, 'active', 0, '11');
    await caller.hears('invoice_sent_sms_plain');
    const invoice = await theirs
      .selectFrom('invoice')
      .select('pix_code')
      .where('contract_id', '=', contract)
      .where('status', '=', 'open')
      .orderBy('due_on')
      .executeTakeFirstOrThrow();
    await messageWith(sgp, '.sms.json', invoice.pix_code ?? '');
    await caller.hears('anything_else', 60_000);
    await caller.hangUp();
    expect(await protocolsOf(contract)).toEqual([await protocolOf(caller)]);
  });

  test('an unlock whose answer is lost is not made again: that it was made, and its protocol, are found out', async () => {
    const contract = contractOf('suspended', 1);
    broken.push({ method: 'liberacaopromessa', contract, passage: 'cut_answer' });
    const caller = await callAs(menu, 'suspended', 1, '1');
    await caller.hears('unlock_done_open');
    await caller.hears('anything_else', 60_000);
    expect(await wayOf(caller)).toEqual([...toSuspended, ...unlocked, 'anything_else']);
    expect(await protocolsOf(contract)).toEqual([await protocolOf(caller)]);
    expect(sent('liberacaopromessa', contract)).toHaveLength(1);
    expect(await promisesOf(contract)).toHaveLength(1);
  });

  test('and if the protocol cannot be found out, the caller hears that it is not known', async () => {
    const contract = contractOf('suspended', 2);
    broken.push({ method: 'liberacaopromessa', contract, passage: 'cut_answer' });
    broken.push({ method: 'ocorrencia/list', contract, passage: 'cut_request' });
    const caller = await callAs(menu, 'suspended', 2, '1');
    await caller.hears('unlock_done_open');
    await caller.hears('protocol_unknown');
    await caller.hangUp();
    expect((await caller.record()).protocols).toEqual([]);
    expect(sent('liberacaopromessa', contract)).toHaveLength(1);
    expect(await promisesOf(contract)).toHaveLength(1);
  });

  test('an unlock that never reached it is not said to be made, and a person is called', async () => {
    const contract = contractOf('suspended', 3);
    broken.push({ method: 'liberacaopromessa', contract, passage: 'cut_request' });
    const caller = await callAs(menu, 'suspended', 3, '1');
    await caller.hears('unlock_unavailable', 30_000);
    await caller.hears('to_person');
    expect(caller.said.join(' ')).not.toContain('unlock_done');
    await caller.hangUp();
    expect(await promisesOf(contract)).toEqual([]);
    expect(await stateIn(theirs, contract)).toBe('suspended_debt');
  });
});

test('SGP is told of each agent whose phone rings for a queue; that it does not answer delays no phone', async () => {
  const contract = contractOf('active', 2);
  const plugIn = deskPhonesOf(menu);
  const [first, second] = [await plugIn('1001'), await plugIn('1002')];
  await menu.api('/api/queues/033', 'PATCH', { announceSeconds: 0, wrapUpSeconds: 0 });
  for (const { code, extension, pin } of menu.demo.agents.slice(0, 2)) {
    await menu.api(`/api/agents/${code}/login`, 'POST', { extension, pin });
  }
  broken.unshift({ method: 'notificacaosistema', contract, passage: 'hold' });
  const caller = await callAs(menu, 'active', 2, '3');
  const refused = await first.rings(30_000);
  await expect.poll(() => network.held.length).toBe(1);
  expect(network.held[0]).toContain('uraagent=1001');
  broken.shift();
  refused.refuse(486);
  const talking = await second.answers();
  await expect.poll(() => sent('notificacaosistema', contract).length).toBe(1);
  expect(sent('notificacaosistema', contract)[0]).toContain('uraagent=1002');
  await caller.hangUp();
  await talking.ended;
  for (const phone of [first, second]) phone.close();
  for (const { code } of menu.demo.agents.slice(0, 2)) await menu.api(`/api/agents/${code}/logout`, 'POST', {});
});

test('when SGP is down the caller hears so, and a person is called', async () => {
  await network.down();
  const caller = await Caller.dial(menu);
  await caller.press(`${sgp.subscriber('active').document}#`);
  await caller.hears('system_unavailable', 30_000);
  await caller.hears('to_person');
  await caller.hangUp();
  expect(caller.didHear('document_not_found')).toBe(false);
});

test('nobody’s document, and no token, stands in the logs of either', async () => {
  expect(await documentsInLogs(menu)).toEqual([]);
  expect(await documentsInLogs(sgp)).toEqual([]);
  expect(`${menu.log}${sgp.log}${menu.output}`).not.toContain(sgp.demo.sgp.token);
});
