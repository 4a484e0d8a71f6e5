import { setTimeout as sleep } from 'node:timers/promises';
import type { ExtensionPassword } from '../../src/exchange/schemas.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { startPostgres } from '../../src/storage/embedded-postgres.ts';
import { Scenario } from '../../test/phone/scenario.ts';
import { runSipp } from '../../test/phone/sipp.ts';
import { OurSystem } from '../exchange/ours.ts';
import { ports } from '../ivr/places.ts';
import type { DrawnCaller, Fate } from './draws.ts';
import { AgentPhones, SilentCarrier } from './phones.ts';

/** A queue, with agents of its own, and who calls it. */
export interface QueuePlan {
  /** Of the model. */
  readonly name: string;
  readonly queue: string;
  readonly agents: number;
  readonly callers: readonly DrawnCaller[];
}

export interface Live {
  /** Of each queue, in the order in which its callers came. */
  readonly fates: ReadonlyMap<string, readonly Fate[]>;
  /** Of each model: how much longer agents were taken by a call, on average, than its handling was drawn. */
  readonly occupiedMs: ReadonlyMap<string, number>;
}

const carrierHost = '127.0.0.2';
/** After the last caller came. */
const lastCallsMs = 60_000;
const writtenMs = 120_000;
/** Whoever gives up so soon may be gone before the queue is reached, and is then in no log of it. */
const hastyMs = 500;

/**
 * Lets the callers call, agents answer at once, and reads afterwards what the queues' log says of each.
 * @throws when a call was not as it should have been
 */
export async function playLive(plans: readonly QueuePlan[]): Promise<Live> {
  const ours = await OurSystem.start();
  try {
    await ours.ask('POST', 'trunks', { name: 'T', host: carrierHost, port: ports.phone.sip });
    for (const plan of plans) await makeQueue(ours, plan);
    const failures = await call(plans);
    if (failures.length > 0) {
      const kinds = Object.entries(Object.groupBy(failures, (one) => one)).map(
        ([one, all = []]) => `${all.length} ${one}`,
      );
      throw new Error(`The exchange refused or ended calls, so that figures would mean nothing: ${kinds.join(', ')}`);
    }
    return await readFates(ours, plans);
  } finally {
    await ours.stop();
  }
}

const didOf = (queue: string): string => `+553432220${queue}`;
/** The number that a caller of a queue calls from. */
const numberOf = (queue: string, caller: number): string => `349${queue}${String(caller).padStart(5, '0')}`;

async function makeQueue(ours: OurSystem, { queue, agents }: QueuePlan): Promise<void> {
  const quietly = { announceSeconds: 0, wrapUpSeconds: 0, survey: false, callback: false };
  await ours.ask('POST', 'queues', { number: queue, name: queue, strategy: 'longest_idle', ...quietly });
  await ours.ask('PUT', `inbound-numbers/${encodeURIComponent(didOf(queue))}`, { flow: null, target: queue });
  const codes = Array.from({ length: agents }, (_, n) => `${queue}${String(n).padStart(2, '0')}`);
  const target = `127.0.0.1:${ports.ours.sip}`;
  for (const code of codes) {
    const made = (await (await ours.ask('POST', 'extensions', { number: code })).json()) as ExtensionPassword;
    const scenario = new Scenario().register({ user: code, password: made.password });
    const { successful } = await runSipp({ scenario, target, port: ports.phone.sip });
    if (successful !== 1) throw new Error(`Extension ${code} did not register`);
    await ours.ask('POST', 'agents', { code, name: code, pin: '482913' });
  }
  await ours.ask('PUT', `queues/${queue}/members`, { members: codes.map((agent, n) => ({ agent, position: n + 1 })) });
  for (const code of codes) await ours.ask('POST', `agents/${code}/login`, { extension: code });
}

/** @returns what the exchange said of calls that it refused or ended */
async function call(plans: readonly QueuePlan[]): Promise<readonly string[]> {
  const assigned = new Map<string, () => void>();
  const phones = await AgentPhones.open(ports.ours.sip, ports.phone.sip, (from) => assigned.get(from.slice(-11))?.());
  const carrier = await SilentCarrier.open(ports.ours.sip, carrierHost, ports.phone.sip);
  const startMs = performance.now() + 1_000;
  const until = (atMs: number) => sleep(Math.max(0, startMs + atMs - performance.now()));

  /** Hangs up when the patience is over, or when the call was handled for as long as was drawn, from the agent's phone on. */
  async function one({ queue }: QueuePlan, { handlingMs, patienceMs }: DrawnCaller, n: number): Promise<void> {
    const from = numberOf(queue, n);
    const taken = new Promise<void>((resolve) => assigned.set(from, resolve));
    const placed = carrier.call(didOf(queue).slice(3), from);
    await placed.answered;
    const isTaken = await Promise.race([
      taken.then(() => true),
      ...(patienceMs === Number.POSITIVE_INFINITY ? [] : [sleep(patienceMs).then(() => false)]),
    ]);
    if (isTaken) await sleep(handlingMs);
    placed.hangUp();
    assigned.delete(from);
  }

  async function crowd(plan: QueuePlan): Promise<void> {
    const calls: Promise<void>[] = [];
    for (const [n, caller] of plan.callers.entries()) {
      await until(caller.atMs);
      calls.push(one(plan, caller, n));
    }
    await Promise.race([Promise.all(calls), sleep(lastCallsMs)]);
  }
  await Promise.all(plans.map(crowd));
  await sleep(1_000);
  for (const end of [phones, carrier]) end.close();
  return carrier.failures;
}

async function readFates(ours: OurSystem, plans: readonly QueuePlan[]): Promise<Live> {
  const server = await startPostgres({ home: ours.home });
  server.release();
  const database = openDatabase(server.url, silentLogger, 1);
  const { db } = database;
  try {
    const read = () =>
      db
        .selectFrom('queue_call as q')
        .innerJoin('call as c', (join) => join.onRef('c.tenant_id', '=', 'q.tenant_id').onRef('c.id', '=', 'q.call_id'))
        .select(['q.queue', 'q.entered_at', 'q.left_at', 'q.outcome', 'q.ring_ms', 'q.talked_until', 'c.caller_number'])
        .orderBy('q.entered_at')
        .execute();
    const isOver = ({ left_at: leftAt, outcome, talked_until: until }: Awaited<ReturnType<typeof read>>[number]) =>
      leftAt !== null && (outcome !== 'answered' || until !== null);
    const drawn = plans.flatMap((plan) => plan.callers);
    const expected = drawn.filter(({ patienceMs }) => patienceMs > hastyMs).length;
    // What becomes of callers is written behind.
    let rows = await read();
    for (const late = performance.now() + writtenMs; performance.now() < late; rows = await read()) {
      if (rows.filter(isOver).length >= expected) break;
      await sleep(500);
    }
    const fates = new Map<string, Fate[]>();
    const extra = new Map<string, number[]>();
    for (const plan of plans) {
      const own = new Map(
        rows.filter(({ queue }) => queue === plan.queue).map((row) => [Number(row.caller_number.slice(-5)), row]),
      );
      const more: number[] = [];
      fates.set(
        plan.queue,
        plan.callers.map(({ handlingMs, patienceMs }, n) => {
          const row = own.get(n);
          if (row === undefined && patienceMs > hastyMs)
            throw new Error(`A caller of queue ${plan.queue} is not in its log`);
          if (row === undefined || row.left_at === null) return { waitMs: patienceMs, abandoned: true };
          const { entered_at: enteredAt, left_at: leftAt, outcome, ring_ms: ringMs, talked_until: until } = row;
          if (until !== null) more.push(until.getTime() - leftAt.getTime() + (ringMs ?? 0) - handlingMs);
          return { waitMs: leftAt.getTime() - enteredAt.getTime() - (ringMs ?? 0), abandoned: outcome === 'abandoned' };
        }),
      );
      extra.set(plan.name, [...(extra.get(plan.name) ?? []), ...more]);
    }
    const mean = (list: readonly number[]) => list.reduce((sum, one) => sum + one, 0) / list.length;
    return { fates, occupiedMs: new Map([...extra].map(([name, list]) => [name, mean(list)])) };
  } finally {
    await database.close();
  }
}
