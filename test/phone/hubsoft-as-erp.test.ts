import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Database } from '../../src/storage/database.ts';
import { type CuttingProxy, cuttingProxy, type Passage } from '../helpers/cutting-proxy.ts';
import { LiveClient } from '../helpers/live-client.ts';
import { TestSystem } from '../helpers/system.ts';
import { Caller } from './caller.ts';
import { deskPhonesOf } from './desk-phones.ts';
import { callAs, documentsInLogs, protocolOf, stateIn, toSuspended, way, wayOf } from './menu-ways.ts';
import { messageWith } from './outbox.ts';
import { Scenario } from './scenario.ts';
import { runSipp, startSipp } from './sipp.ts';

/** One system is the voice menu, another one the provider's HubSoft; they have the same subscribers. */
let menu: TestSystem;
let hubsoft: TestSystem;
let network: CuttingProxy;
let theirs: Database;
let ours: Database;
/** What becomes of requests about a contract, to one route, on the way. */
const broken: { readonly route: string; readonly contract: number; readonly passage: Passage }[] = [];

beforeAll(async () => {
  hubsoft = await TestSystem.start();
  network = await cuttingProxy(hubsoft.httpPort, (request) => {
    const rule = broken.find(({ route, contract }) => isAbout(request, route, contract));
    return rule?.passage ?? 'pass';
  });
  const { client_id, client_secret, username, password } = hubsoft.demo.hubsoft;
  menu = await TestSystem.start({
    ERP: 'hubsoft',
    HUBSOFT_URL: `http://127.0.0.1:${network.port}`,
    HUBSOFT_CLIENT_ID: client_id,
    HUBSOFT_CLIENT_SECRET: client_secret,
    HUBSOFT_USERNAME: username,
    HUBSOFT_PASSWORD: password,
    HUBSOFT_UNLOCK_DAYS: '3',
    UIRAPURU_PUBLIC_URL: 'https://ura.provedor.example',
  });
  theirs = (await hubsoft.database()).db;
  ours = (await menu.database()).db;
});
afterAll(async () => {
  await menu.stop();
  await network.close();
  await hubsoft.stop();
});

const contractOf = (situation: string, index = 0) => hubsoft.subscriber(situation, index).contracts[0] ?? 0;

function isAbout(request: string, route: string, contract: number): boolean {
  return (
    request.includes(`/${route}`) && new RegExp(`(?:id_cliente_servico":|termo_busca=)${contract}\\b`).test(request)
  );
}

const sent = (route: string, contract: number) => network.passed.filter((request) => isAbout(request, route, contract));

/** A contract's tickets in the provider's HubSoft. */
function ticketsOf(contractId: number) {
  return theirs.selectFrom('ticket').select(['protocol', 'parameters']).where('contract_id', '=', contractId).execute();
}

function promisesOf(contractId: number) {
  return theirs.selectFrom('promise').select('days').where('contract_id', '=', contractId).execute();
}

const unlocked = ['liberacao/working', 'liberacao/unlock', 'liberacao/unlocked'];

describe.concurrent('with a provider’s HubSoft as the ERP', () => {
  test('the trust unlock is made there, once, and its protocol is heard', async () => {
    const contract = contractOf('suspended');
    const caller = await callAs(menu, 'suspended', 0, '1');
    await caller.hears('unlock_done-2');
    await caller.hears('anything_else', 60_000);
    expect(await wayOf(caller)).toEqual([...toSuspended, ...unlocked, 'anything_else']);
    expect((await ticketsOf(contract)).map(({ protocol }) => protocol)).toEqual([await protocolOf(caller)]);
    expect(await promisesOf(contract)).toEqual([{ days: 3 }]);
    expect(await stateIn(theirs, contract)).toBe('active');
    expect(await stateIn(ours, contract)).toBe('suspended_debt');
  });

  test('an unlock whose answer is lost is not made again: that it was made, and its protocol, are found out', async () => {
    const contract = contractOf('suspended', 1);
    broken.push({ route: 'cliente/desbloqueio_confianca', contract, passage: 'cut_answer' });
    const caller = await callAs(menu, 'suspended', 1, '1');
    await caller.hears('unlock_done_open');
    await caller.hears('protocol-1');
    await caller.hangUp();
    expect((await ticketsOf(contract)).map(({ protocol }) => protocol)).toEqual((await caller.record()).protocols);
    expect(sent('cliente/desbloqueio_confianca', contract)).toHaveLength(1);
    expect(await promisesOf(contract)).toHaveLength(1);
  });

  test('an unlock that never reached it is not said to be made, and a person is called', async () => {
    const contract = contractOf('suspended', 2);
    broken.push({ route: 'cliente/desbloqueio_confianca', contract, passage: 'cut_request' });
    const caller = await callAs(menu, 'suspended', 2, '1');
    await caller.hears('unlock_unavailable', 30_000);
    await caller.hears('to_person');
    expect(caller.said.join(' ')).not.toContain('unlock_done');
    await caller.hangUp();
    expect(await promisesOf(contract)).toEqual([]);
    expect(await stateIn(theirs, contract)).toBe('suspended_debt');
  });

  test('what it wants its subscriber told is heard first', async () => {
    const caller = await callAs(menu, 'provider-alert');
    await caller.hears('subscriber_alert');
    await caller.hears('main_menu');
    expect(await wayOf(caller)).toEqual([
      ...way.toDocument,
      ...way.toStatus,
      'outage',
      'alerts',
      'say_alerts',
      'debt',
      'main_menu',
    ]);
  });

  test('the bill goes out from there, and the caller hears to which number', async () => {
    const contract = contractOf('active');
    const caller = await callAs(menu, 'active', 0, '11');
    await caller.hears('invoice_sent_sms-1');
    const invoice = await theirs
      .selectFrom('invoice')
      .select('pix_code')
      .where('contract_id', '=', contract)
      .where('status', '=', 'open')
      .orderBy('due_on')
      .executeTakeFirstOrThrow();
    await messageWith(hubsoft, '.sms.json', invoice.pix_code ?? '');
    await caller.hears('protocol_unknown');
    await caller.hangUp();
    expect((await caller.record()).protocols).toEqual([]);
  });

  test('a complaint is a ticket there, and when the call is over the ticket leads to it', async () => {
    const contract = contractOf('active', 1);
    const caller = await callAs(menu, 'active', 1, '41');
    await caller.hears('complaint_registered');
    await caller.hears('complaint_to_person', 60_000);
    await caller.hangUp();
    const { id } = await caller.record();
    const protocol = await protocolOf(caller);
    const link = { url_ligacao: `https://ura.provedor.example/api/calls/${id}`, id_ligacao: id };
    await vi.waitFor(async () => expect(await ticketsOf(contract)).toEqual([{ protocol, parameters: link }]), 5_000);
  });

  test('while an agent’s phone rings, a window about the caller is open in HubSoft; it closes when the call is lost', async () => {
    const url = `ws://127.0.0.1:${hubsoft.httpPort}/api/live?extension=1001`;
    const screen = await LiveClient.open(url, { token: hubsoft.demo.api.token });
    const [target, port, account] = [`127.0.0.1:${menu.sipPort}`, menu.phonePorts + 1, menu.account('1001')];
    await runSipp({ scenario: new Scenario().register(account), target, port });
    const phone = await startSipp({ scenario: new Scenario().ring().untilCancelled(60_000), target, port });
    const caller = await callAs(menu, 'active', 2, '3');
    await screen.until((heard) => heard.some(({ type }) => type === 'window.opened'));
    const opened = screen.heard.find(({ type }) => type === 'window.opened');
    expect(JSON.stringify(opened?.data)).toContain(String(contractOf('active', 2)));
    await caller.hangUp();
    await phone.when('cancelled');
    await screen.until((heard) => heard.some(({ type }) => type === 'window.closed'));
    await runSipp({ scenario: new Scenario().register(account, 0), target, port });
    screen.socket.terminate();
  });
});

test('the window goes along in a queue: closed in HubSoft where the phone rang in vain, opened where it rings, closed when the call is lost', async () => {
  const plugIn = deskPhonesOf(menu);
  const [first, second] = [await plugIn('1001'), await plugIn('1002')];
  await menu.api('/api/queues/033', 'PATCH', { announceSeconds: 0, wrapUpSeconds: 0 });
  for (const { code, extension, pin } of menu.demo.agents.slice(0, 2)) {
    await menu.api(`/api/agents/${code}/login`, 'POST', { extension, pin });
  }
  const begun = network.passed.length;
  const told = () =>
    network.passed.slice(begun).flatMap((request) => {
      const [, act] = /pbx\/ligacao\/(notificar|cancelar)/.exec(request) ?? [];
      return act === undefined ? [] : `${act} ${/"ramal":"?(\d+)/.exec(request)?.[1]}`;
    });
  const caller = await callAs(menu, 'active', 2, '3');
  const refused = await first.rings(30_000);
  await expect.poll(told).toEqual(['notificar 1001']);
  refused.refuse(486);
  const ringing = await second.rings();
  await expect.poll(told).toHaveLength(3);
  await caller.hangUp();
  await ringing.ended;
  await expect.poll(told).toHaveLength(4);
  expect(told().toSorted()).toEqual(['cancelar 1001', 'cancelar 1002', 'notificar 1001', 'notificar 1002']);
  expect(told().at(-1)).toBe('cancelar 1002');
  for (const phone of [first, second]) phone.close();
  for (const { code } of menu.demo.agents.slice(0, 2)) await menu.api(`/api/agents/${code}/logout`, 'POST', {});
});

test('when HubSoft is down the caller hears so, and a person is called', async () => {
  await network.down();
  const caller = await Caller.dial(menu);
  await caller.press(`${hubsoft.subscriber('active').document}#`);
  await caller.hears('system_unavailable', 30_000);
  await caller.hears('to_person');
  await caller.hangUp();
  expect(caller.didHear('document_not_found')).toBe(false);
});

test('nobody’s document, no password and no token stands in the logs of either', async () => {
  expect(await documentsInLogs(menu)).toEqual([]);
  expect(await documentsInLogs(hubsoft)).toEqual([]);
  const { client_secret, password } = hubsoft.demo.hubsoft;
  const written = `${menu.log}${hubsoft.log}${menu.output}`;
  for (const secret of [client_secret, password, 'eyJ']) expect(written).not.toContain(secret);
});
