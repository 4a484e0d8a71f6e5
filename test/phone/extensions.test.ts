import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExtensionPassword, RegisteredPhone } from '../../src/exchange/schemas.ts';
import { TestSystem } from '../helpers/system.ts';
import { type Account, Scenario } from './scenario.ts';
import { runSipp, type SippResult, startSipp } from './sipp.ts';
import { WebPhone } from './web-phone.ts';

let system: TestSystem;
beforeAll(async () => {
  system = await TestSystem.start();
});
afterAll(() => system.stop());

async function create(extension: object): Promise<Account> {
  const answer = await system.api('/api/extensions', 'POST', extension);
  expect(answer.status).toBe(201);
  const { number, password } = (await answer.json()) as ExtensionPassword;
  return { user: number, password };
}

const attempt = (scenario: Scenario, line = 0): Promise<SippResult> =>
  runSipp({ scenario, target: `127.0.0.1:${system.sipPort}`, port: system.phonePorts + line });

async function phonesOn(number: string): Promise<RegisteredPhone[]> {
  const answer = await system.api(`/api/extensions/${number}/phones`);
  return ((await answer.json()) as { phones: RegisteredPhone[] }).phones;
}

/** Waits until the newest call is in the log with this. */
async function logged(call: object): Promise<void> {
  const newest = async () => {
    const { calls } = (await (await system.api('/api/calls?limit=1')).json()) as { calls: object[] };
    return calls[0];
  };
  await expect.poll(newest, { timeout: 10_000 }).toMatchObject(call);
}

test('an extension made over the API registers at once, and not any more once it is switched off', async () => {
  const account = await create({ number: '4001', callerName: 'Ana' });
  expect(await attempt(new Scenario().register(account))).toMatchObject({ successful: 1 });
  expect(await phonesOn('4001')).toMatchObject([{ userAgent: 'sipp' }]);
  await system.api('/api/extensions/4001', 'PATCH', { enabled: false });
  expect(await attempt(new Scenario().registerInVain(account))).toMatchObject({ successful: 1 });
  await system.api('/api/extensions/4001', 'PATCH', { enabled: true });
  expect(await phonesOn('4001')).toEqual([]);
  expect(await attempt(new Scenario().register(account))).toMatchObject({ successful: 1 });
  const renewed = await system.api('/api/extensions/4001/password', 'POST');
  expect(await phonesOn('4001')).toEqual([]);
  expect(await attempt(new Scenario().registerInVain(account))).toMatchObject({ successful: 1 });
  const { password } = (await renewed.json()) as ExtensionPassword;
  expect(await attempt(new Scenario().register({ ...account, password }))).toMatchObject({ successful: 1 });
});

test('an extension that another program wrote into the database registers without anybody telling us', async () => {
  const { db } = await system.database();
  const { tenant_id } = await db.selectFrom('extension').select('tenant_id').limit(1).executeTakeFirstOrThrow();
  const account = { user: '4002', password: 'a-password-of-4002' };
  await db.insertInto('extension').values({ tenant_id, number: account.user, password: account.password }).execute();
  const registered = async () => (await attempt(new Scenario().register(account))).successful;
  await expect.poll(registered, { timeout: 10_000 }).toBe(1);
});

test('desk phones and browsers register on one extension and ring together, each as it needs to', async () => {
  const account = await create({ number: '7777', callerName: 'Bia', kind: 'both' });
  const web = await WebPhone.open(system.sipPort + 1);
  expect(await web.register({ ...account, password: 'wrong' }, 'web')).toBe(401);
  expect(await web.register(account, 'web')).toBe(200);
  expect(await attempt(new Scenario().register(account))).toMatchObject({ successful: 1 });
  expect(await phonesOn('7777')).toMatchObject([
    { address: expect.not.stringContaining('transport=ws') },
    { address: expect.stringContaining('transport=ws') },
  ]);
  const phone = { target: `127.0.0.1:${system.sipPort}`, port: system.phonePorts };
  const desk = await startSipp({ ...phone, scenario: new Scenario().ring().untilCancelled(10_000) });
  const media = { port: system.phonePorts + 50 };
  const calling = new Scenario().call(system.account('2001'), '7777', media);
  const caller = await startSipp({ ...phone, port: phone.port + 1, scenario: calling });
  expect(await web.rings()).toMatch(/^m=audio .* UDP\/TLS\/RTP\/SAVPF /m);
  await desk.when('ringing');
  await caller.hangUp();
  await desk.when('cancelled');
  web.close();
});

test('an extension for browsers registers as the manual shows it, in any domain', async () => {
  const account = await create({ number: '7778', kind: 'web' });
  const web = await WebPhone.open(system.sipPort + 1);
  expect(await web.register(account, 'central.example.com.br')).toBe(200);
  web.close();
});

test('a call that an extension does not take goes on as it has it forwarded, and to nobody who is not to be disturbed', async () => {
  const [busy, other] = [await create({ number: '4101', forwardBusy: '4102' }), await create({ number: '4102' })];
  const phone = { target: `127.0.0.1:${system.sipPort}`, port: system.phonePorts };
  await attempt(new Scenario().register(busy), 2);
  await attempt(new Scenario().register(other), 3);
  const refusing = await startSipp({
    ...phone,
    port: phone.port + 2,
    scenario: new Scenario().ring().refuse('486 Busy Here'),
  });
  const media = { port: system.phonePorts + 52 };
  const answering = new Scenario().ring().answerAfter(50, media).untilHungUp(10_000);
  const answered = await startSipp({ ...phone, port: phone.port + 3, scenario: answering });
  const calling = new Scenario().call(system.account('2001'), '4101', { port: system.phonePorts + 50 });
  const caller = await startSipp({ ...phone, port: phone.port + 1, scenario: calling.untilHungUp(10_000) });
  await refusing.when('refused');
  await answered.when('answered');
  await caller.when('answered');
  // Who hangs up at once may be gone before it is written who answered.
  await logged({ dialled: '4101', answeredBy: '4102' });
  await caller.hangUp();

  await system.api('/api/extensions/4101', 'PATCH', { doNotDisturb: true, forwardBusy: null });
  await system.api('/api/extensions/4102', 'PATCH', { forwardAlways: '4101' });
  for (const number of ['4101', '4102']) {
    const vain = new Scenario().callInVain(system.account('2001'), number, media, 486);
    expect(await attempt(vain, 1)).toMatchObject({ successful: 1 });
  }
});

test('a call that nobody in a group takes goes on to where the group falls back, and not in a circle', async () => {
  const [away, busy, last] = [
    await create({ number: '4201' }),
    await create({ number: '4202' }),
    await create({ number: '4203' }),
  ];
  const groups = [
    { number: '521', name: 'Plantão', members: [busy.user], fallback: last.user },
    { number: '520', name: 'Suporte', members: [away.user], fallback: '521' },
  ];
  for (const group of groups) expect((await system.api('/api/groups', 'POST', group)).status).toBe(201);
  await attempt(new Scenario().register(busy), 2);
  await attempt(new Scenario().register(last), 3);
  const phone = { target: `127.0.0.1:${system.sipPort}`, port: system.phonePorts };
  const refusing = new Scenario().ring().refuse('486 Busy Here');
  const refused = await startSipp({ ...phone, port: phone.port + 2, scenario: refusing });
  const media = { port: system.phonePorts + 52 };
  const answering = new Scenario().ring().answerAfter(50, media).untilHungUp(10_000);
  const answered = await startSipp({ ...phone, port: phone.port + 3, scenario: answering });
  const calling = new Scenario().call(system.account('2001'), '520', { port: system.phonePorts + 50 });
  const caller = await startSipp({ ...phone, port: phone.port + 1, scenario: calling.untilHungUp(10_000) });
  await refused.when('refused');
  await answered.when('answered');
  await caller.when('answered');
  // Who hangs up at once may be gone before it is written who answered.
  await logged({ dialled: '520', answeredBy: '4203' });
  await caller.hangUp();

  await system.api('/api/groups/521', 'PATCH', { fallback: '520' });
  await system.api('/api/extensions/4202', 'PATCH', { doNotDisturb: true });
  const vain = new Scenario().callInVain(system.account('2001'), '520', media, 480);
  expect(await attempt(vain, 1)).toMatchObject({ successful: 1 });
});
