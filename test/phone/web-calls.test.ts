import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RTCIceServer } from 'werift';
import type { ExtensionPassword } from '../../src/exchange/schemas.ts';
import { TestSystem } from '../helpers/system.ts';
import { startTurnServer, type TurnServer } from '../helpers/turn-server.ts';
import type { Account } from './scenario.ts';
import { Softphone } from './softphone.ts';
import { WebAudio } from './web-audio.ts';
import { bodyOf, WebPhone } from './web-phone.ts';

let system: TestSystem;
let turn: TurnServer;
const closing: (() => unknown)[] = [];
beforeAll(async () => {
  turn = await startTurnServer();
  system = await TestSystem.start({ UIRAPURU_ICE_SERVERS: turn.url, UIRAPURU_TURN_SECRET: turn.secret });
});
afterAll(async () => {
  for (const close of closing) await close();
  await system.stop();
  await turn.stop();
});

async function create(extension: object): Promise<Account> {
  const answer = await system.api('/api/extensions', 'POST', extension);
  const { number, password } = (await answer.json()) as ExtensionPassword;
  return { user: number, password };
}

type Settings = Parameters<typeof Softphone.start>[0];

async function deskPhone(at: number, settings: Pick<Settings, 'account' | 'transport' | 'toneHz'>): Promise<Softphone> {
  const ports = { port: system.phonePorts + 2 * at, mediaPort: system.phonePorts + 50 + 4 * at };
  const server = `127.0.0.1:${system.sipPort}`;
  const phone = await Softphone.start({ ...ports, server, codecs: ['PCMU/8000', 'PCMA/8000'], ...settings });
  closing.push(() => phone.close());
  return phone;
}

/** As the Intelbras manual's example registers. */
async function browser(account: Account): Promise<WebPhone> {
  const phone = await WebPhone.open(system.sipPort + 1);
  closing.push(() => phone.close());
  const contact = `<sips:${account.user}@df7jal23ls0d.invalid;rtcweb-breaker=yes;transport=wss>;expires=50;click2call=no`;
  expect(await phone.register(account, 'widecloud.intelbras.com.br', contact)).toBe(200);
  return phone;
}

function audio(toneHz: number, relays?: RTCIceServer[]): WebAudio {
  const opened = new WebAudio(toneHz, relays);
  closing.push(() => opened.close());
  return opened;
}

test('phones over UDP, TCP and a WebSocket register as the Intelbras manual shows, and call and hear each other', async () => {
  const udp = await deskPhone(0, { account: await create({ number: '4001' }), transport: 'udp', toneHz: 440 });
  const tcp = await deskPhone(1, { account: await create({ number: '4002' }), transport: 'tcp', toneHz: 620 });
  const web = await browser(await create({ number: '7777', kind: 'web' }));

  udp.dial('4002');
  await Promise.all([udp.hears(620), tcp.hears(440)]);
  udp.hangUp();
  await Promise.all([udp.when('CALL_CLOSED'), tcp.when('CALL_CLOSED')]);

  const [calling, answering] = [audio(850), audio(1150)];
  const called = await web.call('4001', await calling.offer());
  expect(called.sdp).toMatch(/^a=rtpmap:\d+ opus\/48000/m);
  expect(called.sdp).toMatch(/^a=candidate:/m);
  expect(called.sdp).not.toMatch(/^a=candidate:.* fe80:/im);
  await calling.accept(called.sdp);
  await Promise.all([calling.hears(440), udp.hears(850)]);
  called.hangUp();
  await udp.when('CALL_CLOSED');

  tcp.dial('7777');
  const invite = await web.rings();
  const taken = await web.answer(invite, await answering.answer(bodyOf(invite)));
  await Promise.all([answering.hears(620), tcp.hears(1150)]);
  taken.hangUp();
  await tcp.when('CALL_CLOSED');
});

test('a browser puts the other side on hold, and comes back', async () => {
  const desk = await deskPhone(2, { account: await create({ number: '4003' }), toneHz: 440 });
  const web = await browser(await create({ number: '7778', kind: 'web' }));
  const sound = audio(700);
  const call = await web.call('4003', await sound.offer());
  await sound.accept(call.sdp);
  await Promise.all([sound.hears(440), desk.hears(700)]);
  const held = await call.reinvite(await sound.offer(true));
  expect(held).toMatch(/^a=(?:recvonly|inactive)\r$/m);
  await sound.accept(held);
  await desk.misses(700);
  await sound.accept(await call.reinvite(await sound.offer()));
  await Promise.all([sound.hears(440), desk.hears(700)]);
  call.hangUp();
  await desk.when('CALL_CLOSED');
});

test('a browser whose network lets nothing out but TCP talks through the TURN server that it is told of', async () => {
  const desk = await deskPhone(3, { account: await create({ number: '4004' }), toneHz: 440 });
  const web = await browser(await create({ number: '7779', kind: 'web' }));
  const { iceServers } = (await (await system.api('/api/ice-servers')).json()) as { iceServers: RTCIceServer[] };
  const sound = audio(700, iceServers);
  const offer = await sound.offer();
  expect(offer.match(/ typ \w+/g)).toEqual([' typ relay']);
  expect(turn.letIn()).toEqual([iceServers[0]?.username]);
  const call = await web.call('4004', offer);
  await sound.accept(call.sdp);
  await Promise.all([sound.hears(440), desk.hears(700)]);
  call.hangUp();
  await desk.when('CALL_CLOSED');
});
