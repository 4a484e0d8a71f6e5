import { newExtension } from '../../src/exchange/schemas.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { prepareHome } from '../../src/storage/home-folder.ts';
import { dialplan } from '../../src/telephony/asterisk/runtime/dialplan.ts';
import type { Account } from '../../test/phone/scenario.ts';
import { OurSystem } from '../exchange/ours.ts';
import { fillDatabase } from '../ivr/filled-database.ts';
import { startPeerAsterisk } from '../ivr/peer/asterisk.ts';
import { configOf, ports } from '../ivr/places.ts';

/** A system whose queue is measured. */
export interface Contestant {
  readonly name: 'ours' | 'app_queue';
  readonly sipPort: number;
  /** Process ids by part; everything that each starts counts. */
  readonly parts: Readonly<Record<string, number>>;
  /** Lets the first so many members take calls; the others stay paused. Their phones are registered. */
  begin(atWork: number): Promise<void>;
  /** Ends a member's pause, or begins one; undefined where nobody is to be asked for it. */
  readonly pause?: (member: Account, isPaused: boolean) => Promise<void>;
  stop(): Promise<void>;
}

/** The number of the queue, and who calls it: an extension that comes after all others. */
export const queueNumber = '0900';
export const caller: Account = { user: '60900', password: 'a caller of the queue' };

/** Who serves it: each is an agent at an extension of the same number. */
export function crewOf(members: number): Account[] {
  return Array.from({ length: members }, (_, n) => ({ user: String(30_000 + n), password: `agent ${n} of the queue` }));
}

const wrapUpSeconds = 0;
const ringSeconds = 20;

/** Ours: a queue for the longest idle, whose agents are all logged in, and paused. */
export async function startOurs(crew: readonly Account[], nodeOptions: string): Promise<Contestant> {
  const config = configOf('ours');
  await prepareHome(config.home);
  const filled = await fillDatabase(config);
  const connection = openDatabase(filled.url, silentLogger);
  const { db } = connection;
  const tenant = { tenant_id: filled.tenantId };
  await db
    .insertInto('extension')
    .values({ ...tenant, number: caller.user, password: caller.password })
    .execute();
  const queue = { ...tenant, number: queueNumber, name: 'Bench' };
  const rules = { wrap_up_seconds: wrapUpSeconds, announce_seconds: 0, ring_seconds: ringSeconds };
  await db
    .insertInto('queue')
    .values({ ...queue, ...rules })
    .execute();
  for (let from = 0; from < crew.length; from += 1_000) {
    const some = crew.slice(from, from + 1_000);
    await db
      .insertInto('extension')
      .values(some.map(({ user, password }) => ({ ...tenant, number: user, password })))
      .execute();
    const agents = await db
      .insertInto('agent')
      .values(some.map(({ user }) => ({ ...tenant, code: user, name: `Agent ${user}`, pin_hash: '', extension: user })))
      .returning(['id', 'code'])
      .execute();
    const now = new Date();
    const paused = { ...tenant, state: 'paused', reason: 'bench', started_at: now };
    const members = agents.map(({ id }) => ({ ...tenant, queue: queueNumber, agent_id: id }));
    const states = agents.map(({ id, code }) => ({
      ...paused,
      id: crypto.randomUUID(),
      agent_id: id,
      extension: code,
    }));
    await db.insertInto('queue_member').values(members).execute();
    await db.insertInto('agent_state').values(states).execute();
  }
  await connection.close();
  await filled.stop();
  const system = await OurSystem.start(nodeOptions);
  return {
    name: 'ours',
    sipPort: ports.ours.sip,
    parts: system.parts,
    async begin(atWork) {
      for (const { user } of crew.slice(0, atWork)) await system.ask('POST', `agents/${user}/ready`);
    },
    async pause({ user }, isPaused) {
      if (isPaused) await system.ask('POST', `agents/${user}/pause`, { reason: 'bench' });
      else await system.ask('POST', `agents/${user}/ready`);
    },
    stop: () => system.stop(),
  };
}

/**
 * Asterisk's app_queue on the same build: static members that are the phones themselves, the strategy that is ours by another
 * name, and the shortest `retry` there is, for a caller at the head of the queue looks for a free member that often.
 */
export async function startAppQueue(crew: readonly Account[], atWork: number): Promise<Contestant> {
  const config = configOf('peer');
  await prepareHome(config.home);
  const phones = [caller, ...crew].map(({ user, password }) => ({ ...newExtension.parse({ number: user }), password }));
  const member = ({ user }: Account, n: number): string =>
    `member => PJSIP/${user},0,${user},PJSIP/${user},no,${wrapUpSeconds},${n < atWork ? 'no' : 'yes'}`;
  const queues = `[general]
persistentmembers = no
autofill = yes
shared_lastcall = no

[${queueNumber}]
strategy = leastrecent
musicclass = default
timeout = ${ringSeconds}
retry = 1
wrapuptime = ${wrapUpSeconds}
autopause = no
announce-frequency = 0
announce-holdtime = no
joinempty = yes
leavewhenempty = no
ringinuse = no
${crew.map(member).join('\n')}
`;
  const extensions = `[general]
static=yes
writeprotect=yes

[${dialplan.fromExtension}]
exten => ${queueNumber},1,Answer()
 same => n,Queue(${queueNumber})
 same => n,Hangup()
`;
  const asterisk = await startPeerAsterisk(config, phones, extensions, {
    modules: ['app_queue'],
    files: { 'queues.conf': queues },
  });
  return {
    name: 'app_queue',
    sipPort: ports.peer.sip,
    parts: { asterisk: asterisk.pid },
    begin: async () => undefined,
    stop: () => asterisk.stop(),
  };
}
