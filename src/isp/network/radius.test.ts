import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RadiusNas, type RadiusServer, startNas, startRadiusServer } from '../../../test/helpers/freeradius.ts';
import { type TestProvider, testProvider } from '../../../test/helpers/isp.ts';
import { systemClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import type { Provider } from '../provider.ts';
import { forgetControl, listConcentrators, setControl } from './concentrator-control.ts';
import { createConcentrators } from './concentrators.ts';
import { createRadiusExchange } from './radius-exchange.ts';
import { checkAccess, resetMac, resetSession } from './service.ts';

const signal = new AbortController().signal;
const concentrators = createConcentrators(createRadiusExchange(systemClock, undefined), systemClock, silentLogger);
let isp: TestProvider;
let provider: Provider;
let radius: RadiusServer;
let nas: RadiusNas;
let free: number[];

beforeAll(async () => {
  isp = await testProvider({ copies: 3 });
  provider = { ...isp.provider, clock: systemClock };
  // The demonstration's sessions are of another time.
  await provider.db.deleteFrom('radacct').execute();
  const { rows } = await provider.pool.query<{ id: number }>(
    `select id from contract where state = 'active' and connection_interface_id not in
      (select id from network_interface where equipment_id in (select equipment_id from maintenance))`,
  );
  free = rows.map(({ id }) => id);
  [radius, nas] = await Promise.all([startRadiusServer(isp.url), startNas()]);
}, 240_000);
afterAll(async () => {
  await Promise.all([radius.stop(), nas.stop()]);
  await isp.close();
});

/** A contract's modem on a concentrator of a number of its own, whose requests go to `port`; 0: it takes none. */
class Line {
  readonly contract = free.pop() ?? 0;
  readonly nasAddress = `10.255.0.${free.length}`;
  readonly address = `100.99.0.${free.length}`;
  readonly session: string;
  /** In whole seconds, as accounting tells times: one instant, so that what lies between two of them is exact. */
  readonly beganAt = Math.floor(Date.now() / 1_000);
  login = '';
  mac = '';

  constructor(session: string) {
    this.session = `${session}-${this.contract}`;
  }

  static async on(port: number, session = 'up', secret = nas.secret): Promise<Line> {
    const line = new Line(session);
    const { db, tenantId } = provider;
    const { pop_id } = await db.selectFrom('equipment').select('pop_id').limit(1).executeTakeFirstOrThrow();
    const concentrator = await db
      .insertInto('equipment')
      .values({ tenant_id: tenantId, pop_id, role: 'concentrator', name: line.session, ipv4: line.nasAddress })
      .returning('id')
      .executeTakeFirstOrThrow();
    if (port !== 0) await setControl(provider, concentrator.id, { address: '127.0.0.1', port, secret });
    const contract = await db
      .selectFrom('contract')
      .select(['radius_login', 'mac'])
      .where('id', '=', line.contract)
      .executeTakeFirstOrThrow();
    line.login = contract.radius_login ?? '';
    line.mac = (contract.mac ?? '').toUpperCase();
    return line;
  }

  /** Accounting says something that happened so many minutes before this line was made. */
  async says(status: 'Start' | 'Interim-Update' | 'Stop', minutesAgo: number): Promise<void> {
    await radius.account({
      'Acct-Status-Type': status,
      'User-Name': this.login,
      'Acct-Session-Id': this.session,
      'NAS-IP-Address': this.nasAddress,
      'Framed-IP-Address': this.address,
      'Calling-Station-Id': this.mac,
      'Event-Timestamp': this.beganAt - minutesAgo * 60,
      ...(status === 'Stop' ? { 'Acct-Terminate-Cause': 'User-Request', 'Acct-Session-Time': 77 } : {}),
    });
  }

  async state(): Promise<string | undefined> {
    return (await checkAccess(provider, concentrators, this.contract, signal))?.state;
  }

  async row() {
    const columns = [
      'acctstarttime',
      'acctstoptime',
      'acctupdatetime',
      'acctterminatecause',
      'acctsessiontime',
    ] as const;
    const { db } = provider;
    return db.selectFrom('radacct').select(columns).where('username', '=', this.login).executeTakeFirstOrThrow();
  }

  /** What the concentrator was asked about this session. */
  async asked(): Promise<string[]> {
    return (await nas.asked()).filter((line) => line.includes(this.session)).map((line) => line.split(' ')[0] ?? '');
  }

  /** It answered once, as it has for weeks. */
  async hasAnswered(): Promise<void> {
    const answered = { answered_at: new Date() };
    const { db } = provider;
    const ids = db.selectFrom('equipment').select('id').where('name', '=', this.session);
    await db.updateTable('concentrator_control').set(answered).where('equipment_id', 'in', ids).execute();
  }
}

test('who dialled in is online, once the concentrator has said so; who hung up is offline', async () => {
  const line = await Line.on(nas.port);
  await line.says('Start', 1);
  expect(await line.state()).toBe('online');
  const request = `CoA-Request ${line.login} ${line.session} ${line.nasAddress} ${line.address}`;
  expect(await nas.asked()).toContain(request);
  await line.says('Stop', 0);
  expect(await line.state()).toBe('offline');
  expect(await line.asked()).toEqual(['CoA-Request']);
});

test('a session that the concentrator does not have is disconnected, closed where it was last heard of, and offline', async () => {
  const line = await Line.on(nas.port, 'gone');
  await line.says('Start', 60);
  await line.says('Interim-Update', 30);
  expect(await line.state()).toBe('offline');
  expect(await line.asked()).toEqual(['CoA-Request', 'Disconnect-Request']);
  const row = await line.row();
  expect(row).toMatchObject({ acctstoptime: row.acctupdatetime, acctterminatecause: 'NAS-Error' });
  expect(row.acctsessiontime).toBe(30 * 60);
  expect(await line.state()).toBe('offline');
  expect(await line.asked()).toHaveLength(2);
});

test('the word of a session that has just ended is left to accounting, whose Stop is on its way', async () => {
  const line = await Line.on(nas.port, 'gone');
  await line.says('Start', 1);
  expect(await line.state()).toBe('offline');
  expect((await line.row()).acctstoptime).toBeNull();
  await line.says('Stop', 0);
  expect(await line.row()).toMatchObject({ acctterminatecause: 'User-Request', acctsessiontime: 77 });
});

test('of two open sessions, the one that the concentrator has counts', async () => {
  const line = await Line.on(nas.port, 'up');
  const lost = await Line.on(nas.port, 'gone');
  await line.says('Start', 100);
  lost.login = line.login;
  await lost.says('Start', 50);
  expect(await line.state()).toBe('online');
  expect(await lost.asked()).toEqual(['CoA-Request', 'Disconnect-Request']);
});

test('a concentrator that dislikes the question has not denied the session', async () => {
  const line = await Line.on(nas.port, 'odd');
  await line.says('Start', 1);
  expect(await line.state()).toBe('online');
  expect(await line.asked()).toEqual(['CoA-Request']);
  expect((await line.row()).acctstoptime).toBeNull();
});

test('while work goes on, the concentrator is not asked', async () => {
  const line = await Line.on(nas.port, 'gone');
  await line.says('Start', 60);
  const { db, tenantId } = provider;
  const cities = await db.selectFrom('city').select('id as city_id').execute();
  const work = { tenant_id: tenantId, description: 'Obra', starts_at: new Date(Date.now() - 1000) };
  await db
    .insertInto('maintenance')
    .values(cities.map((city) => ({ ...work, ...city })))
    .execute();
  expect(await line.state()).toBe('maintenance');
  expect(await line.asked()).toEqual([]);
  await db.updateTable('maintenance').set({ ended_at: new Date() }).execute();
});

test('silence is an outage only of a concentrator that used to answer and whose accounting has stopped as well', async () => {
  const [neverAnswered, wrongSecret, heard, down] = await Promise.all([
    Line.on(nas.port, 'mute'),
    Line.on(nas.port, 'up', 'another-secret'),
    Line.on(nas.port, 'mute'),
    Line.on(nas.port, 'mute'),
  ]);
  await Promise.all([heard, down].map((line) => line.hasAnswered()));
  for (const line of [neverAnswered, wrongSecret, heard]) await line.says('Start', 1);
  await down.says('Start', 13);
  await down.says('Interim-Update', 8);
  const states = await Promise.all([neverAnswered, wrongSecret, heard, down].map((line) => line.state()));
  expect(states).toEqual(['online', 'online', 'other', 'concentrator_down']);
  expect(await wrongSecret.asked()).toEqual([]);
  // Three transmissions of one request, none of which was taken for a new one.
  expect(await heard.asked()).toEqual(['CoA-Request']);
});

type Treat = (count: number) => 'lose' | 'pass' | 'double' | 'forge';

/** A network between us and the concentrator that does as it is told with each datagram there. */
async function network(treat: Treat) {
  const [here, there] = [createSocket('udp4'), createSocket('udp4')];
  let count = 0;
  let client = 0;
  here.on('message', (datagram, from) => {
    client = from.port;
    const how = treat((count += 1));
    if (how === 'forge')
      here.send(Buffer.concat([Buffer.from([45, datagram[1] ?? 0, 0, 20]), Buffer.alloc(16)]), client);
    if (how === 'lose') return;
    for (const _ of how === 'double' ? [1, 2] : [1]) there.send(datagram, nas.port, '127.0.0.1');
  });
  there.on('message', (datagram) => here.send(datagram, client));
  here.bind(0, '127.0.0.1');
  await once(here, 'listening');
  return {
    port: here.address().port,
    seen: () => count,
    close: () => [here, there].forEach((socket) => socket.close()),
  };
}

const networks: readonly [what: string, treat: Treat, transmissions: number][] = [
  ['loses the first datagram', (count) => (count === 1 ? 'lose' : 'pass'), 2],
  ['doubles every datagram', () => 'double', 1],
  ['lets somebody answer first who does not know the secret', () => 'forge', 1],
];

test.each(networks)('the answer is right on a network that %s', async (_what, treat, transmissions) => {
  const between = await network(treat);
  const line = await Line.on(between.port, 'up');
  await line.says('Start', 1);
  expect(await line.state()).toBe('online');
  expect(between.seen()).toBe(transmissions);
  expect(await line.asked()).toEqual(['CoA-Request']);
  between.close();
});

test('restarting the connection: done, nothing there, refused, or not known', async () => {
  const hasty = new AbortController();
  const reset = async (port: number, session: string, stop = signal) => {
    const line = await Line.on(port, session);
    await line.says('Start', 10);
    return { line, outcome: await resetSession(provider, concentrators, line.contract, stop) };
  };
  const up = await reset(nas.port, 'up');
  expect(up.outcome).toEqual({ kind: 'done', value: null });
  expect(await up.line.asked()).toEqual(['Disconnect-Request']);
  expect((await up.line.row()).acctstoptime).toBeNull();

  const gone = await reset(nas.port, 'gone');
  expect(gone.outcome).toMatchObject({ kind: 'nothing_to_do', reason: 'no_session' });
  expect((await gone.line.row()).acctterminatecause).toBe('NAS-Error');

  expect((await reset(nas.port, 'odd')).outcome).toMatchObject({ kind: 'refused', reason: 'not_possible' });
  expect((await reset(0, 'up')).outcome).toMatchObject({ kind: 'refused', reason: 'not_possible' });
  setTimeout(() => hasty.abort(), 300);
  expect((await reset(nas.port, 'mute', hasty.signal)).outcome).toMatchObject({
    kind: 'unavailable',
    reason: 'unknown',
  });
});

test('only the bound modem may dial in, until its address is forgotten, which drops the session too', async () => {
  const line = await Line.on(nas.port);
  const rate = /Mikrotik-Rate-Limit = "\d+k\/\d+k"/;
  const dialIn = async (mac: string) => {
    const { radius_password } = await provider.db
      .selectFrom('contract')
      .select('radius_password')
      .where('id', '=', line.contract)
      .executeTakeFirstOrThrow();
    const who = { 'User-Name': line.login, 'User-Password': radius_password ?? '', 'Calling-Station-Id': mac };
    return radius.dialIn({ ...who, 'NAS-IP-Address': line.nasAddress });
  };
  expect(await dialIn(line.mac)).toMatch(rate);
  expect(await dialIn('02:00:00:00:00:01')).toBeUndefined();
  await line.says('Start', 1);
  expect(await resetMac(provider, concentrators, line.contract, signal)).toEqual({ kind: 'done', value: null });
  expect(await line.asked()).toEqual(['Disconnect-Request']);
  expect(await dialIn('02:00:00:00:00:01')).toMatch(rate);
});

test('a contract suspended for debt may not dial in', async () => {
  const contract = await provider.db
    .selectFrom('contract')
    .select(['radius_login', 'radius_password', 'mac'])
    .where('id', '=', isp.contractOf('suspended'))
    .executeTakeFirstOrThrow();
  const mac = (contract.mac ?? '').toUpperCase();
  const who = { 'User-Name': contract.radius_login ?? '', 'User-Password': contract.radius_password ?? '' };
  expect(await radius.dialIn({ ...who, 'Calling-Station-Id': mac, 'NAS-IP-Address': '100.64.1.1' })).toBeUndefined();
});

test('an administrator sees which concentrators answer, and never a secret', async () => {
  const line = await Line.on(nas.port);
  const listed = async () => (await listConcentrators(provider)).find(({ name }) => name === line.session);
  expect(await listed()).toMatchObject({
    nasAddress: line.nasAddress,
    control: { address: '127.0.0.1', port: nas.port, answeredAt: undefined },
  });
  await line.says('Start', 1);
  await line.state();
  expect((await listed())?.control?.answeredAt).toBeInstanceOf(Date);
  expect(JSON.stringify(await listConcentrators(provider))).not.toContain(nas.secret);
  const { equipmentId = 0 } = (await listed()) ?? {};
  expect(await forgetControl(provider, equipmentId)).toBe(true);
  expect((await listed())?.control).toBeUndefined();
  const control = { address: undefined, port: 3799, secret: 'x' };
  await expect(setControl(provider, 1, control)).rejects.toMatchObject({ code: 'not_found' });
});
