import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestProvider, testProvider } from '../../test/helpers/isp.ts';
import { LiveClient } from '../../test/helpers/live-client.ts';
import { addExtensions, liveStream } from '../../test/helpers/live-stream.ts';
import { type NewLiveEvent, recordLive } from '../live/service.ts';
import { windowOpened } from '../screen-pop/schemas.ts';

let isp: TestProvider;
let live: Awaited<ReturnType<typeof liveStream>>;
let foreign: string;
beforeAll(async () => {
  isp = await testProvider();
  const { db } = isp.provider;
  live = await liveStream(isp);
  const numbers = Array.from({ length: 12 }, (_, n) => ({ number: `40${n + 10}` }));
  await addExtensions(isp.provider, [...numbers, { number: '4001', internalId: 'ana.1' }]);
  const tenant = { name: 'Outro', time_zone: 'America/Sao_Paulo' };
  const other = await db.insertInto('tenant').values(tenant).returning('id').executeTakeFirstOrThrow();
  foreign = await live.access.issueToken(other.id, 'api', 'theirs');
  await addExtensions({ ...isp.provider, tenantId: other.id }, [{ number: '4010' }, { number: '4999' }]);
});
afterAll(async () => {
  await live.close();
  await isp.close();
});

let serial = 0;
const rings = (extension: string, screens = live.screens) => {
  const callerNumber = `+55379999${String(++serial).padStart(5, '0')}`;
  const call = { tenantId: isp.provider.tenantId, extension, callerNumber };
  return screens.announce(call).then(() => ({
    ...call,
    cancel: () => screens.withdraw({ ...call, caller: { callerNumber, subscriberId: undefined } }),
  }));
};
const callers = ({ heard }: LiveClient) =>
  heard.filter(({ type }) => type === 'window.opened').map(({ data }) => windowOpened.parse(data).window.callerNumber);

test('a program hears which windows are open, then which open and close', async () => {
  const before = await rings('4010');
  const agent = await live.listen('4010');
  expect(agent.heard).toMatchObject([
    { type: 'stream.snapshot', topic: 'extension/4010', data: { windows: [{ callerNumber: before.callerNumber }] } },
  ]);
  const call = await rings('4010');
  await rings('4011');
  await call.cancel();
  await agent.until((heard) => heard.length === 3);
  expect(agent.types).toEqual(['stream.snapshot', 'window.opened', 'window.closed']);
  expect(callers(agent)).toEqual([call.callerNumber]);
  expect(agent.heard[2]?.data).toMatchObject({ reason: 'cancelled' });
  agent.lose();
});

test('only who shows a valid token of the tenant listens, and only to its extensions', async () => {
  const mine = live.url('extension=4010');
  expect(await LiveClient.refusal(mine)).toBe(401);
  expect(await LiveClient.refusal(mine, { token: 'wrong' })).toBe(401);
  expect(await LiveClient.refusal(`${mine}&token=${live.token}&access_token=${live.token}`)).toBe(401);
  expect(await LiveClient.refusal(live.url('extension=4999'), { token: live.token })).toBe(404);
  for (const query of [
    '',
    'extension=4010&internalId=x',
    "extension=1' or '1",
    'extension=4010&after=-1',
    'extension=4010&after=9e99',
  ]) {
    expect([query, await LiveClient.refusal(live.url(query), { token: live.token })]).toEqual([query, 400]);
  }
  const theirs = await LiveClient.open(mine, { token: foreign });
  expect(theirs.heard[0]?.data).toEqual({ windows: [] });
  const agent = await live.listen('4010');
  await rings('4010');
  await agent.until((heard) => heard.length === 2);
  expect(theirs.heard).toHaveLength(1);
  for (const one of [theirs, agent]) one.lose();
  expect((await live.app.inject('/api/live?extension=4010')).statusCode).toBe(401);
  const plain = { url: '/api/live?extension=4010', headers: { authorization: `Bearer ${live.token}` } };
  expect((await live.app.inject(plain)).statusCode).toBe(426);
});

test('a browser shows its token among the protocols and does not get it back; an agent may go by another name', async () => {
  const protocols = ['uirapuru.live', `bearer.${live.token}`];
  const agent = await LiveClient.open(live.url('internalId=ana.1'), { protocols });
  expect(agent.socket.protocol).toBe('uirapuru.live');
  expect(agent.heard[0]?.topic).toBe('extension/4001');
  agent.lose();
});

test('after a lost connection a program goes on where it was: nothing is lost, nothing told twice', async () => {
  const first = await live.listen('4012');
  const told: (string | undefined)[] = [(await rings('4012')).callerNumber];
  await first.until((heard) => heard.length === 2);
  first.lose();
  for (const extension of ['4012', '4013', '4012']) {
    const { callerNumber } = await rings(extension);
    if (extension === '4012') told.push(callerNumber);
  }
  const second = await live.listen('4012', first.lastId);
  told.push((await rings('4012')).callerNumber);
  await second.until((heard) => heard.length === 4);
  expect(second.types[0]).toBe('stream.resumed');
  expect([...callers(first), ...callers(second)]).toEqual(told);
  second.lose();
});

test('connecting over and over while calls ring loses none of them', async () => {
  const told: string[] = [];
  // Before the first call, which would otherwise be among the windows that are open already.
  let after = (await live.listen('4014')).lastId;
  const ringing = (async () => {
    for (let n = 0; n < 40; n++) told.push((await rings('4014')).callerNumber);
  })();
  const heard: (string | null)[] = [];
  while (heard.length < 40) {
    const agent = await live.listen('4014', after);
    await agent.until((all) => all.length > 1);
    agent.lose();
    heard.push(...callers(agent));
    after = agent.lastId;
  }
  await ringing;
  expect(heard).toEqual(told);
});

test('one who was away for longer than events are kept begins anew', async () => {
  const { db, tenantId } = isp.provider;
  await rings('4015');
  const { last } = await db
    .selectFrom('live_counter')
    .select('last')
    .where('tenant_id', '=', tenantId)
    .executeTakeFirstOrThrow();
  await db.updateTable('live_counter').set({ dropped: last }).where('tenant_id', '=', tenantId).execute();
  expect((await live.listen('4015', last - 1)).types).toEqual(['stream.snapshot']);
  expect((await live.listen('4015', last)).types).toEqual(['stream.resumed']);
  expect((await live.listen('4015', last + 1_000)).types).toEqual(['stream.snapshot']);
});

test('what another control plane is told is heard here, also after PostgreSQL has thrown us out', async () => {
  const elsewhere = await liveStream(isp);
  const [here, there] = [await live.listen('4016'), await elsewhere.listen('4016')];
  await rings('4016', elsewhere.screens);
  await Promise.all([here, there].map((agent) => agent.until((heard) => heard.length === 2)));
  await isp.provider.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ilike 'listen%'`,
  );
  for (let n = 0; n < 5; n++) await rings('4016', elsewhere.screens);
  await Promise.all([here, there].map((agent) => agent.until((heard) => heard.length === 7)));
  expect(here.heard.slice(1)).toEqual(there.heard.slice(1));
  here.lose();
  const gone = there.end();
  await elsewhere.close();
  expect(await gone).toBe(1001);
});

test('one who reads too slowly is left, having heard all up to there; others are not kept waiting', async () => {
  const { db, tenantId, clock } = isp.provider;
  const [slow, quick] = [await live.listen('4017'), await live.listen('4017')];
  slow.socket.pause();
  for (let batch = 1; batch <= 4; batch++) {
    const events = Array.from({ length: 100 }, (): NewLiveEvent => {
      return { topic: 'extension/4017', type: 'test.big', data: { text: 'x'.repeat(65_536) } };
    });
    await recordLive(db, { tenantId, at: clock.now() }, async () => ({ result: undefined, events }));
    await quick.until((heard) => heard.length === batch * 100 + 1);
  }
  const end = slow.end();
  slow.socket.resume();
  expect([1006, 1013]).toContain(await end);
  expect(slow.heard.length).toBeLessThan(401);
  const ids = ({ heard }: LiveClient) => heard.map(({ id }) => id);
  expect(ids(slow)).toEqual(ids(quick).slice(0, slow.heard.length));
  quick.lose();
});

test('an agent closes a window; what is not understood ends the connection', async () => {
  const agent = await live.listen('4018');
  await rings('4018');
  await agent.until((heard) => heard.length === 2);
  const { window } = windowOpened.parse(agent.heard[1]?.data);
  agent.socket.send(JSON.stringify({ type: 'window.close', window: window.id }));
  await agent.until((heard) => heard.length === 3);
  expect(agent.heard[2]).toMatchObject({
    type: 'window.closed',
    data: { window: window.id, reason: 'closed_by_agent' },
  });
  agent.socket.send('{"type":"window.close","window":99999999999}');
  expect(await agent.end()).toBe(1007);
});

test('a program whose token is revoked does not go on listening', async () => {
  const strict = await liveStream(isp, { pingEveryMs: 20 });
  const token = await strict.access.issueToken(isp.provider.tenantId, 'api', 'leaver');
  const agent = await LiveClient.open(strict.url('extension=4019'), { token });
  const end = agent.end();
  await strict.access.revoke(isp.provider.tenantId, 'api', 'leaver');
  expect(await end).toBe(1008);
  await strict.close();
});
