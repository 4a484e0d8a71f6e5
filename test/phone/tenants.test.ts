import { fetch } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallSummary } from '../../src/calls/schemas.ts';
import { Carrier } from './carrier.ts';
import type { RtpPhone } from './rtp-phone.ts';
import { type Account, Scenario } from './scenario.ts';
import type { PhoneRun } from './sipp.ts';
import { type TestTenant, TwoTenants } from './two-tenants.ts';
import { WebPhone } from './web-phone.ts';

let two: TwoTenants;
const both = (): readonly TestTenant[] => [two.first, two.acme];
const accountOf = (tenant: TestTenant, number: string): Account => {
  const account = tenant.accounts.get(number);
  if (account === undefined) throw new Error(`There is no extension ${number}`);
  return account;
};
const media = (ear: RtpPhone) => ({ port: ear.port });

beforeAll(async () => {
  two = await TwoTenants.start();
  for (const tenant of both()) await two.through(tenant, 1, new Scenario().register(accountOf(tenant, '1001')));
});
afterAll(() => two.stop());

interface Talk {
  readonly caller: RtpPhone;
  readonly called: RtpPhone;
  readonly runs: readonly PhoneRun[];
  readonly hangUp: () => Promise<void>;
}

/** 2001 of a tenant calls 1001 of the same number plan. */
async function talk(tenant: TestTenant): Promise<Talk> {
  const [caller, called] = [await two.audio(tenant, 0), await two.audio(tenant, 1)];
  const answering = new Scenario().ring().answerAfter(50, media(called)).untilHungUp(60_000);
  const answers = await two.run(tenant, 1, answering);
  const calling = new Scenario().call(accountOf(tenant, '2001'), '1001', media(caller)).untilHungUp(60_000);
  const calls = await two.run(tenant, 0, calling);
  caller.sendTo(await calls.when('answered'));
  called.sendTo(await answers.when('answered'));
  return {
    caller,
    called,
    runs: [calls, answers],
    hangUp: async () => {
      await calls.hangUp();
      await answers.finished;
      caller.close();
      called.close();
    },
  };
}

/** What one says only the other of the same talk hears. */
async function hearOnlyTheirOwn(talks: readonly Talk[]): Promise<void> {
  for (const { caller, called } of talks) {
    const others = talks.filter((other) => other.called !== called).map((other) => other.called);
    caller.speak(true);
    await called.hears('sound');
    for (const other of others) await other.hears('silence');
    caller.speak(false);
    await called.hears('silence');
  }
}

async function callsOf(tenant: TestTenant): Promise<CallSummary[]> {
  return (await two.api<{ calls: CallSummary[] }>(tenant.token, 'GET', 'calls?limit=50')).calls;
}

async function statusOf(tenant: TestTenant, number: string): Promise<Record<string, string>> {
  return (await two.pbx(tenant, 'statusramais')).find((row) => row['Ramal'] === number) ?? {};
}

test('a phone registers only with the password of its own tenant, in the domain of its own tenant', async () => {
  const [first, acme] = both().map((tenant) => accountOf(tenant, '1001')) as [Account, Account];
  await two.through(two.acme, 2, new Scenario().registerInVain({ ...acme, domain: undefined }));
  await two.through(two.acme, 2, new Scenario().registerInVain({ ...first, domain: 'acme' }));
  await two.through(two.acme, 2, new Scenario().registerInVain({ ...acme, domain: 'web.acme' }));
  const browser = await WebPhone.open(two.system.sipPort + 1);
  expect(await browser.register(accountOf(two.acme, '1005'), 'web.acme')).toBe(200);
  browser.close();
  expect((await two.pbx(two.acme, 'statusramais')).map((row) => row['Ramal'])).toEqual([
    '1001',
    '1004',
    '1005',
    '2001',
  ]);
  expect(await statusOf(two.acme, '1001')).toMatchObject({ Status: 'Not in use' });
  expect(await statusOf(two.first, '1002')).toMatchObject({ Status: 'Unavailable' });
});

test('calls of two tenants with the same numbers stay apart, are each recorded for one, and outlive the control plane', async () => {
  for (const { token } of both()) await two.api(token, 'PUT', 'recording-rules/1001');
  await two.through(two.acme, 4, new Scenario().register(accountOf(two.acme, '1004')));
  const talks = [await talk(two.first), await talk(two.acme)];
  await hearOnlyTheirOwn(talks);
  const live = await Promise.all(both().map((tenant) => statusOf(tenant, '1001')));
  for (const row of live) expect(row).toMatchObject({ Status: 'In use', Callerid: '2001', StatusCanal: 'Up' });
  const ids = live.map((row) => row['IDCHAMADA']);
  expect(new Set(ids).size).toBe(2);

  await two.system.killControlPlane();
  const rings = await two.run(two.acme, 4, new Scenario().ring().untilCancelled(20_000));
  const vain = new Scenario().call(accountOf(two.acme, '2001'), '1001', { port: 9 }).untilHungUp(20_000);
  const waiting = await two.run(two.acme, 5, vain);
  await rings.when('ringing', 15_000);
  await waiting.hangUp();
  await rings.finished;
  await two.system.startControlPlane();
  await hearOnlyTheirOwn(talks);
  for (const { hangUp } of talks) await hangUp();

  for (const [index, tenant] of both().entries()) {
    await expect.poll(async () => (await callsOf(tenant))[0]?.endedAt, { timeout: 5_000 }).toEqual(expect.any(String));
    expect(await callsOf(tenant)).toMatchObject([
      { uniqueid: ids[index], answeredBy: '1001', endReason: 'caller_hung_up' },
    ]);
    const report = () => two.pbx(tenant, 'statusreport', { datainicial: '2020-01-01 00:00:00' });
    // A second that is not over may hold another call yet.
    await expect.poll(async () => (await report()).length, { timeout: 5_000 }).toBe(1);
    const [row] = await report();
    expect(row?.['uniqueid']).toBe(ids[index]);
    const name = row?.['gravacao'] ?? '';
    const download = async ({ pbx }: TestTenant) => {
      const url = `https://127.0.0.1:${two.system.httpPort + 1}/gravador28/${name}.gsm?${new URLSearchParams(pbx).toString()}`;
      const answer = await fetch(url, { dispatcher: two.dispatcher });
      await answer.arrayBuffer();
      return answer.status;
    };
    await expect.poll(() => download(tenant), { timeout: 10_000 }).toBe(200);
    expect(await download(both()[1 - index] ?? tenant)).toBe(404);
  }
});

test('an extension that only another tenant has does not ring', async () => {
  const { password } = await two.api<Account>(two.first.token, 'POST', 'extensions', { number: '4321' });
  await two.through(two.first, 2, new Scenario().register({ user: '4321', password }));
  const rings = await two.run(two.first, 2, new Scenario().ring().untilCancelled(20_000));
  const before = (await callsOf(two.first)).length;
  const account = accountOf(two.acme, '2001');
  // It is told that there is no such number.
  await two.through(two.acme, 0, new Scenario().call(account, '4321', { port: 9 }).hangUp(account, '4321'));
  expect(rings.log).toEqual([]);
  expect(await callsOf(two.first)).toHaveLength(before);
  await rings.vanish();
});

test('one carrier serves both: each number rings at the tenant whose it is, and each calls as itself', async () => {
  const carrier = await Carrier.open('127.0.0.4', two.system.phonePorts + 40);
  const numbers = ['+553432221000', '+553432222000'];
  for (const [index, { token }] of both().entries()) {
    const trunk = { name: 'Operadora', host: carrier.host, port: carrier.port, ownNumbers: [numbers[index]] };
    await two.api(token, 'POST', 'trunks', trunk);
    await two.api(token, 'PUT', `inbound-numbers/${encodeURIComponent(numbers[index] ?? '')}`, { target: '1001' });
  }
  for (const [index, tenant] of both().entries()) {
    const ear = await two.audio(tenant, 1);
    const rings = await two.run(tenant, 1, new Scenario().ring().answerAfter(50, media(ear)).untilHungUp(20_000));
    const call = await carrier.call(two.system.sipPort, numbers[index]?.slice(3) ?? '', '34999990000', 9);
    expect(call.status).toBe(200);
    await rings.when('answered');
    call.hangUp();
    await rings.finished;
    ear.close();
    carrier.way = { refuse: 486 };
    const carried = carrier.carries();
    await two.through(tenant, 0, new Scenario().callInVain(accountOf(tenant, '2001'), '991234567', { port: 9 }, 486));
    expect(await carried).toMatchObject({ dialled: '34991234567', from: numbers[index] });
  }
  expect((await carrier.call(two.system.sipPort, '3432223000', '34999990000', 9)).status).toBe(404);
  carrier.close();
});

test('one tenant that is blocked calls nobody, and another one goes on', async () => {
  const busy = (tenant: TestTenant, status: number) =>
    two.through(tenant, 0, new Scenario().callInVain(accountOf(tenant, '2001'), '1001', { port: 9 }, status));
  for (const tenant of both()) await two.api(tenant.token, 'PATCH', 'extensions/1001', { doNotDisturb: true });
  const block = (classe5acao: string) => two.pbx(two.first, 'bloqueioclasse5', { logincliente: 'acme', classe5acao });
  expect(await block('BLOQUEAR')).toEqual(['Status', 'OK']);
  await busy(two.acme, 603);
  await busy(two.first, 486);
  expect(await block('DESBLOQUEAR')).toEqual(['Status', 'OK']);
  await busy(two.acme, 486);
});
