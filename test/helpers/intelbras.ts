import { createReadStream, statSync } from 'node:fs';
import fastify, { type FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { createApiInstances } from '../../src/access/api-instances.ts';
import { createGate } from '../../src/access/gate.ts';
import type { CreatedApiInstance } from '../../src/access/schemas.ts';
import { type ApiInstances, createAccess } from '../../src/access/service.ts';
import { type Agents, createAgents, createJournal, createRoster, readAgents } from '../../src/agents/service.ts';
import { createCallLog } from '../../src/calls/call-log.ts';
import type { CallLog } from '../../src/calls/service.ts';
import { createTenantBlock } from '../../src/exchange/block.ts';
import { createRemoteControl } from '../../src/exchange/remote.ts';
import { createTenants, type Exchange, openExchange, readTenants } from '../../src/exchange/service.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemIds } from '../../src/kernel/ids.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { FakeTelephony } from '../../src/telephony/fake-telephony.ts';
import { intelbrasServer } from '../../src/vendors/intelbras/server.ts';
import { type TestDatabase, testDatabase } from './database.ts';

/** A tenant's exchange without telephones, served as the Intelbras PBX's API. */
export interface ServedIntelbras {
  readonly app: FastifyInstance;
  readonly database: TestDatabase;
  readonly tenantId: number;
  readonly otherTenantId: number;
  readonly callLog: CallLog;
  readonly agents: Agents;
  readonly exchange: Exchange;
  readonly telephony: FakeTelephony;
  readonly instances: ApiInstances;
  /** By call, of all whether they go on or not. */
  readonly recorded: Map<string, { readonly name: string; readonly bytes: number | null; readonly path: string }>;
  /** The tenant's own, to be used from 127.0.0.1. */
  readonly instance: CreatedApiInstance;
  /** Extensions that have a phone. */
  readonly registered: Set<string>;
  /** Asks an action with right credentials, over TLS by a trusted proxy's word; the answer's body. */
  ask(acao: string, fields?: object): Promise<unknown>;
  close(): Promise<void>;
}

interface Options {
  readonly extensions?: readonly string[];
  readonly failuresPerMinute?: number;
}

export async function servedIntelbras(options: Options = {}): Promise<ServedIntelbras> {
  const database = await testDatabase();
  const { db, pool } = database;
  const parts = { db, pool, clock: systemClock, ids: systemIds, logger: silentLogger, withDemo: true };
  const [own, other] = await db
    .insertInto('tenant')
    .values(['Provedor', 'Outro'].map((name) => ({ name, time_zone: 'America/Sao_Paulo' })))
    .returning('id')
    .execute();
  const [tenantId, otherTenantId] = [own?.id ?? 0, other?.id ?? 0];
  const extensions = options.extensions ?? ['2001', '2002', '2003'];
  await db
    .insertInto('extension')
    .values(
      extensions.map((number) => ({ tenant_id: tenantId, number, password: 'secret', caller_name: `Ramal ${number}` })),
    )
    .execute();
  const limits = { appPerSecond: 1e9, originPerSecond: 1e9, failuresPerMinute: options.failuresPerMinute ?? 1e9 };
  const gate = createGate({ access: createAccess(parts), limits, logger: silentLogger, metrics: new Registry() });
  const instances = createApiInstances(parts);
  const callLog = createCallLog(parts);
  const exchange = await openExchange(db, tenantId, { withDemo: true });
  const recorded: ServedIntelbras['recorded'] = new Map();
  const recordings = {
    liveName: (callId: string) => recorded.get(callId)?.name,
    of: async () => recorded,
    open: async (name: string) => {
      const path = [...recorded.values()].find((one) => one.name === name)?.path;
      return path === undefined ? undefined : { stream: createReadStream(path), bytes: statSync(path).size };
    },
  };
  let isBlocked = false;
  const block = createTenantBlock(() => isBlocked);
  const tenants = createTenants({
    db,
    clock: systemClock,
    make: () => Promise.reject(new Error('nobody asks')),
    changed: async () => {
      isBlocked = (await readTenants(db)).some(({ id, blockedAt }) => id === tenantId && blockedAt !== null);
    },
  });
  const telephony = new FakeTelephony();
  const registered = new Set(extensions);
  const remote = createRemoteControl({
    timeZone: 'America/Sao_Paulo',
    exchange,
    telephony,
    callLog,
    block,
    clock: systemClock,
  });
  const journal = createJournal({ ...parts, tenantId });
  const roster = createRoster({ ...parts, tenantId, journal });
  const reload = async () => roster.reload(await readAgents(db, tenantId, true));
  const agents = createAgents({ ...parts, exchange, roster, journal, reload });
  const pbx = {
    agents,
    timeZone: 'America/Sao_Paulo',
    exchange,
    callLog,
    recordings,
    remote,
    tenants,
    registered: async () => registered,
  };
  const app = fastify({ trustProxy: ['127.0.0.1'] });
  await app.register(intelbrasServer, {
    version: '0.1.0',
    gate,
    instances,
    clock: systemClock,
    exchangeOf: (id) => (id === tenantId ? pbx : undefined),
  });
  const wanted = { login: 'root', origin: '127.0.0.1', passwordRequired: true, administers: true };
  const instance = await instances.create(tenantId, wanted);
  const credentials = { login: instance.login, senha: instance.password, token: instance.token };
  return {
    app,
    database,
    tenantId,
    otherTenantId,
    callLog,
    agents,
    exchange,
    telephony,
    instances,
    instance,
    recorded,
    registered,
    ask: async (acao, fields = {}) => {
      const answer = await app.inject({
        method: 'POST',
        url: '/api.php',
        headers: { 'x-forwarded-proto': 'https' },
        payload: JSON.stringify({ acao, ...credentials, ...fields }),
      });
      if (answer.statusCode !== 200) throw new Error(`The status is ${answer.statusCode}.`);
      return answer.json();
    },
    close: async () => {
      await app.close();
      await callLog.flush();
      await database.close();
    },
  };
}
