import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import { Carrier } from './carrier.ts';
import { RtpPhone } from './rtp-phone.ts';
import { Scenario } from './scenario.ts';
import { runSipp, type SippResult, startSipp } from './sipp.ts';

const own = '+553432221000';
let system: TestSystem;
let first: Carrier;
let second: Carrier;
let phone: { target: string; port: number };
const closing: (() => void)[] = [];

beforeAll(async () => {
  // As behind a router: who is at 127.0.0.4 or above is beyond it.
  const router = { UIRAPURU_EXTERNAL_ADDRESS: '203.0.113.10', UIRAPURU_LOCAL_NETS: '127.0.0.0/30' };
  system = await TestSystem.start(router);
  phone = { target: `127.0.0.1:${system.sipPort}`, port: system.phonePorts };
  first = await Carrier.open('127.0.0.2', system.phonePorts + 30);
  second = await Carrier.open('127.0.0.3', system.phonePorts + 31);
  const account = { registers: true, username: 'conta', password: 'the-secret' };
  await ask('POST', 'trunks', { ...at(first), ...account, name: 'Primeira', position: 1, ownNumbers: [own] });
  await ask('POST', 'trunks', { ...at(second), name: 'Segunda', position: 2, numberFormat: 'plus', ownNumbers: [own] });
  await ask('PUT', `inbound-numbers/${encodeURIComponent(own)}`, { target: '1001' });
  await ask('PATCH', 'extensions/2001', { classes: ['internal', 'local', 'mobile'] });
  while (first.registered.length === 0) await sleep(10);
});
afterAll(async () => {
  for (const close of closing) close();
  first.close();
  second.close();
  await system.stop();
});

const at = ({ host, port }: Carrier) => ({ host, port });

async function ask(method: string, path: string, body: object): Promise<void> {
  const answer = await system.api(`/api/${path}`, method, body);
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
}

async function audio(line: number): Promise<RtpPhone> {
  const ear = await RtpPhone.open(system.phonePorts + 50 + 2 * line);
  closing.push(() => ear.close());
  return ear;
}

/** The caller hears when the called speaks, and the other way round, and neither hears himself. */
async function talk(one: RtpPhone, other: RtpPhone): Promise<void> {
  for (const [speaker, listener] of [
    [one, other],
    [other, one],
  ] as const) {
    speaker.speak(true);
    await listener.hears('sound');
    speaker.speak(false);
    await listener.hears('silence');
  }
}

const rejected = (number: string, status: number): Promise<SippResult> =>
  runSipp({ ...phone, scenario: new Scenario().callInVain(system.account('2001'), number, { port: 9 }, status) });

test('an extension calls a mobile phone over a trunk, showing the number of the house, and both hear each other', async () => {
  const [caller, called] = [await audio(0), await audio(1)];
  first.way = { answer: called.port };
  const carried = first.carries();
  const account = system.account('2001');
  const scenario = new Scenario().call(account, '991234567', { port: caller.port }).untilHungUp(20_000);
  const run = await startSipp({ ...phone, scenario });
  expect(await carried).toMatchObject({ dialled: '34991234567', from: own, asserted: own });
  caller.sendTo(await run.when('answered'));
  called.sendTo(`answered ${first.calls.at(-1)?.mediaPort}`);
  await talk(caller, called);
  await run.hangUp();
  await expect.poll(() => first.requests.at(-1)).toBe('BYE');
  expect(await system.endedCall()).toMatchObject({ dialled: '991234567', endReason: 'caller_hung_up' });
});

test('a call over a trunk rings where its number leads, whoever is said to call, and both hear each other', async () => {
  expect(first.registered).toEqual(['553432221000']);
  const [caller, called] = [await audio(2), await audio(3)];
  const account = system.account('1001');
  await runSipp({ ...phone, scenario: new Scenario().register(account) });
  const answering = new Scenario().ring().answerAfter(100, { port: called.port }).untilHungUp(20_000);
  const run = await startSipp({ ...phone, scenario: answering });
  const call = await first.call(system.sipPort, '3432221000', '2001', caller.port);
  expect(call.status).toBe(200);
  caller.sendTo(`answered ${call.mediaPort}`);
  called.sendTo(await run.when('answered'));
  await talk(caller, called);
  call.hangUp();
  await run.when('other side hung up');
  expect(await system.endedCall()).toMatchObject({ dialled: '3432221000', direction: 'inbound', answeredBy: '1001' });
});

test('a carrier beyond a router is told the address that it reaches us by, and one before it our own', async () => {
  const far = await Carrier.open('127.0.0.6', system.phonePorts + 32);
  closing.push(() => far.close());
  await ask('POST', 'trunks', { ...at(far), name: 'Longe', position: 3, enabled: true, ownNumbers: [] });
  await ask('PUT', `inbound-numbers/${encodeURIComponent('+553432221009')}`, { flow: 'atendimento' });
  const addresses = [];
  for (const carrier of [far, first]) {
    const call = await carrier.call(system.sipPort, '3432221009', '3499', 9);
    addresses.push(call.mediaHost);
    call.hangUp();
  }
  expect(addresses).toEqual(['203.0.113.10', '127.0.0.1']);
  const { trunks } = (await (await system.api('/api/trunks')).json()) as { trunks: { id: number; name: string }[] };
  await system.api(`/api/trunks/${trunks.find(({ name }) => name === 'Longe')?.id}`, 'DELETE');
});

test('a call over a trunk reaches no extension, no menu and no other trunk that is not its own number', async () => {
  const before = second.calls.length;
  for (const number of ['2001', '033', '34991234567', '0034991234567', '190']) {
    expect((await second.call(system.sipPort, number, own, 9)).status).toBe(404);
  }
  expect(second.calls).toHaveLength(before);
});

test('when a trunk does not take a call the next one does, in the form that it wants', async () => {
  first.way = { refuse: 503 };
  second.way = { refuse: 486 };
  const [at1, at2] = [first.carries(), second.carries()];
  expect(await rejected('32225555', 486)).toMatchObject({ successful: 1 });
  expect(await at1).toMatchObject({ dialled: '3432225555' });
  expect(await at2).toMatchObject({ dialled: '+553432225555' });
});

test('what a network says before anybody answers is heard, whether anybody does or not', async () => {
  const [caller, network] = [await audio(10), await audio(11)];
  const [account, media] = [system.account('2001'), { port: caller.port }];
  first.way = { announce: network.port };
  const hearing = async (scenario: Scenario) => {
    const carried = first.carries();
    const run = await startSipp({ ...phone, scenario });
    network.sendTo(`answered ${(await carried).mediaPort}`);
    network.speak(true);
    await caller.hears('sound');
    network.speak(false);
    return run;
  };
  const refused = await hearing(new Scenario().callInVain(account, '32225555', media, 404));
  first.decide({ refuse: 404 });
  expect(await refused.finished).toMatchObject({ successful: 1 });
  const answered = await hearing(new Scenario().call(account, '32225555', media).untilHungUp(20_000));
  first.decide({ answer: network.port });
  caller.sendTo(await answered.when('answered'));
  await talk(caller, network);
  await answered.hangUp();
});

test('a number that is busy is not tried again', async () => {
  first.way = { refuse: 486 };
  const before = second.calls.length;
  expect(await rejected('32225555', 486)).toMatchObject({ successful: 1 });
  expect(second.calls).toHaveLength(before);
});

test('an extension is refused what it may not call, but never an emergency, which is tried on every trunk', async () => {
  const before = first.calls.length;
  for (const number of ['01132225555', '0012125551234', '103']) {
    expect(await rejected(number, 403)).toMatchObject({ successful: 1 });
  }
  expect(first.calls).toHaveLength(before);
  await ask('PATCH', 'extensions/2001', { classes: [] });
  await ask('PUT', 'outbound-rules', { rules: [{ trunks: ['Primeira'] }] });
  first.way = { refuse: 503 };
  second.way = { refuse: 480 };
  const carried = second.carries();
  await rejected('190', 480);
  expect(await carried).toMatchObject({ dialled: '190' });
  await ask('PATCH', 'extensions/2001', { classes: ['internal', 'local', 'mobile'] });
  await ask('PUT', 'outbound-rules', { rules: [] });
});

test('when a trunk says nothing at all the next one takes the call within seconds', async () => {
  first.way = 'silence';
  second.way = { refuse: 486 };
  const carried = second.carries();
  expect(await rejected('32225555', 486)).toMatchObject({ successful: 1 });
  expect(await carried).toMatchObject({ dialled: '+553432225555' });
});

test('outside its hours a number rings elsewhere, from the moment that they are changed', async () => {
  const always = { from: '00:00', to: '24:00' };
  const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
  const open = { weekly: Object.fromEntries(days.map((day) => [day, [always]])) };
  const number = `inbound-numbers/${encodeURIComponent(own)}`;
  await ask('PUT', 'opening-hours/plantão', open);
  await ask('PUT', number, { target: '1001', hours: 'plantão', closedTarget: '1002' });
  const rings = async (extension: string, line: number) => {
    await runSipp({ ...phone, scenario: new Scenario().register(system.account(extension)) });
    const [caller, called] = [await audio(line), await audio(line + 1)];
    const answering = new Scenario().ring().answerAfter(100, { port: called.port }).untilHungUp(20_000);
    const run = await startSipp({ ...phone, scenario: answering });
    const call = await first.call(system.sipPort, '3432221000', '34991234567', caller.port);
    call.hangUp();
    await run.when('other side hung up');
    // Who hangs up in the instant of the answer has not talked.
    const { legs } = await system.endedCall();
    return legs.filter(({ role }) => role === 'placed').map(({ number }) => number);
  };
  expect(await rings('1001', 4)).toEqual(['1001']);
  await ask('PUT', 'opening-hours/plantão', { weekly: {} });
  expect(await rings('1002', 6)).toEqual(['1002']);
  await ask('PUT', number, { target: '1001' });
});
