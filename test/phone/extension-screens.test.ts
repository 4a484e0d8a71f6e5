import { afterAll, beforeAll, expect, test } from 'vitest';
import { windowClosed, windowOpened } from '../../src/screen-pop/schemas.ts';
import { LiveClient } from '../helpers/live-client.ts';
import { TestSystem } from '../helpers/system.ts';
import { Carrier } from './carrier.ts';
import type { DeskPhone } from './desk-phone.ts';
import { deskPhonesOf } from './desk-phones.ts';

const own = '+553432221000';
let system: TestSystem;
let carrier: Carrier;
let caller: DeskPhone;
let first: DeskPhone;
let second: DeskPhone;
let screens: LiveClient[] = [];

beforeAll(async () => {
  system = await TestSystem.start();
  const open = deskPhonesOf(system);
  caller = await open('2001');
  first = await open('1001');
  second = await open('1002');
  carrier = await Carrier.open('127.0.0.2', system.phonePorts + 30);
  for (const number of ['1001', '1002']) {
    await system.api(`/api/extensions/${number}`, 'PATCH', { pickupGroup: 'vendas' });
  }
  await system.api('/api/groups', 'POST', { number: '500', name: 'Vendas', members: ['1001', '1002'] });
  await system.api('/api/trunks', 'POST', { name: 'A', host: carrier.host, port: carrier.port, ownNumbers: [own] });
  await system.api(`/api/inbound-numbers/${encodeURIComponent(own)}`, 'PUT', { target: '500', flow: null });
  const url = (number: string) => `ws://127.0.0.1:${system.httpPort}/api/live?extension=${number}`;
  screens = await Promise.all(
    ['1001', '1002'].map((number) => LiveClient.open(url(number), { token: system.demo.api.token })),
  );
});
afterAll(async () => {
  for (const screen of screens) screen.lose();
  for (const one of [caller, first, second, carrier]) one.close();
  await system.stop();
});

/** The windows of the next call at 1001 and 1002: what each showed, and why it was closed; undefined where none was. */
async function windows(count: readonly [number, number]) {
  const heard = screens.map((screen) => screen.heard.length);
  return async () => {
    for (const [n, screen] of screens.entries()) {
      await screen.until((all) => all.length >= (heard[n] ?? 0) + 2 * (count[n] ?? 0));
    }
    return screens.map((screen, n) => {
      const [opened, closed] = screen.heard.slice(heard[n]);
      if (opened === undefined) return undefined;
      return { ...windowOpened.parse(opened.data).window, reason: windowClosed.parse(closed?.data).reason };
    });
  };
}

/** Waits until a window is open at 1001 or 1002. */
async function isShown(extension: string): Promise<void> {
  await screens[['1001', '1002'].indexOf(extension)]?.until((heard) => heard.at(-1)?.type === 'window.opened');
}

test('a subscriber who calls a group by a trunk is on the screens of all its phones, and stays on the one that answers', async () => {
  const subscriber = system.subscriber('active');
  const number = subscriber.phone ?? '';
  const shown = await windows([1, 1]);
  const calling = carrier.call(system.sipPort, own, number.replace('+55', ''), system.phonePorts + 40);
  await second.rings();
  const answered = await first.rings();
  await Promise.all(['1001', '1002'].map(isShown));
  answered.answer();
  (await calling).hangUp();
  await answered.ended;
  const call = await system.endedCall();
  const about = { callId: call.id, callerNumber: number, caller: { subscriber: { name: subscriber.name } } };
  expect(await shown()).toMatchObject([
    { ...about, extension: '1001', reason: 'call_ended' },
    { ...about, extension: '1002', reason: 'lost' },
  ]);
});

test('who calls an extension from another one is on its screen, and on that of who picks the call up', async () => {
  const shown = await windows([1, 1]);
  const calling = await caller.dial('1001');
  await first.rings();
  await isShown('1001');
  const taken = await second.call('*8');
  await isShown('1002');
  await taken.hangUp();
  await calling.ended;
  const about = { callerNumber: '2001', caller: { subscriber: null } };
  expect(await shown()).toMatchObject([
    { ...about, extension: '1001', reason: 'lost' },
    { ...about, extension: '1002', reason: 'call_ended' },
  ]);
});
