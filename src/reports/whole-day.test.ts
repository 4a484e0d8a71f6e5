import { afterAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/helpers/database.ts';
import { ManualClock } from '../../test/helpers/manual-clock.ts';
import { dayTenant } from '../../test/helpers/queue-day.ts';
import { type Agent, createJournal, createRoster, type Journal, type Roster, readAgents } from '../agents/service.ts';
import { addDays, startOfDay } from '../kernel/clock.ts';
import { systemIds } from '../kernel/ids.ts';
import { silentLogger } from '../kernel/logger.ts';
import { type RandomSource, randomFrom } from '../kernel/random.ts';
import { type QueueCall, writeQueueCall } from '../queues/call-store.ts';
import { agentReportQuery, queueReportQuery } from './schemas.ts';
import { createReports } from './service.ts';

const database = await testDatabase();
const { db } = database;
afterAll(() => database.close());

const timeZone = 'America/Sao_Paulo';
const hourMs = 3_600_000;
/** What was written dies with whoever was to write it. */
const deadJournal: Journal = { write: () => undefined, stored: () => Promise.resolve() };

/** A state of an agent, from then on. */
interface Began {
  readonly agentId: number;
  readonly state: string;
  readonly atMs: number;
}

/** Agents at work day and night, and their callers, as the control plane writes them; it is killed every now and then. */
class Shift {
  readonly tenantId: number;
  readonly began: Began[] = [];
  /** By their calls. */
  readonly callers = new Map<string, QueueCall>();
  readonly #clock: ManualClock;
  readonly #random: RandomSource;
  readonly #journal: Journal;
  #roster: Roster;

  constructor(tenantId: number, start: Date, seed: number) {
    this.tenantId = tenantId;
    this.#clock = new ManualClock(start.toISOString());
    this.#random = randomFrom(seed);
    this.#journal = createJournal({ db, tenantId, clock: this.#clock, logger: silentLogger });
    this.#roster = this.#newRoster(this.#journal);
  }

  #newRoster(journal: Journal): Roster {
    const { tenantId } = this;
    return createRoster({ tenantId, journal, clock: this.#clock, ids: systemIds, logger: silentLogger });
  }

  /** The control plane begins, with what the database knows. */
  async begin(): Promise<void> {
    this.#roster = this.#newRoster(this.#journal);
    this.#roster.reload(await readAgents(db, this.tenantId, false));
  }

  /** Something happens in memory that is never written; then another control plane begins. */
  async #kill(): Promise<void> {
    await this.#journal.stored();
    this.#roster = this.#newRoster(deadJournal);
    this.#roster.reload(await readAgents(db, this.tenantId, false));
    for (const { id } of this.#roster.all) this.#move(id);
    await this.begin();
  }

  async work(until: Date): Promise<void> {
    for (let n = 1; this.#clock.now() < until; n++) {
      this.#clock.advance(Math.round(this.#random() * 1_000_000));
      const agents = this.#roster.all;
      const agent = agents[Math.floor(this.#random() * agents.length)];
      if (agent !== undefined) this.#happen(agent);
      if (n % 40 === 0) await this.#kill();
    }
    await this.#journal.stored();
    for (const call of this.callers.values()) await writeQueueCall(db, this.tenantId, call);
  }

  #happen(before: Agent): void {
    this.#move(before.id);
    const [now, callId] = [this.#clock.now(), before.callId ?? ''];
    const state = this.#roster.byId(before.id)?.state ?? before.state;
    this.began.push({ agentId: before.id, state, atMs: now.getTime() });
    const call = this.callers.get(callId);
    if (state === 'talking') this.callers.set(callId, this.#answered(before, now));
    else if (before.state === 'talking' && call !== undefined) this.callers.set(callId, { ...call, talkedUntil: now });
  }

  #answered({ id: agentId, queue = '', callId = '' }: Agent, now: Date): QueueCall {
    const enteredAt = new Date(now.getTime() - Math.round(this.#random() * 600_000));
    return {
      id: systemIds.uuid(),
      callId,
      queue,
      priority: 0,
      enteredAt,
      waitedSince: null,
      leftAt: now,
      outcome: 'answered',
      reason: null,
      agentId,
      extension: `1${agentId}`,
      talkedUntil: null,
      ringMs: 1_000,
      offers: 1,
    };
  }

  /** The agent's next state, as chance has it; the first agent never goes home. */
  #move(id: number): void {
    const agent = this.#roster.byId(id);
    if (agent === undefined) return;
    const chance = this.#random();
    const staysForever = id === this.#roster.all[0]?.id;
    switch (agent.state) {
      case 'logged_out':
        this.#roster.move(id, 'log_in', { extension: `1${id}` });
        break;
      case 'logged_in':
        this.#roster.move(id, 'make_ready');
        break;
      case 'available':
        if (chance < 0.1 && !staysForever) this.#roster.move(id, 'log_out');
        else if (chance < 0.25) this.#roster.move(id, 'pause', { reason: chance < 0.2 ? 'Almoço' : 'Café' });
        else this.#roster.move(id, 'ring', { queue: chance < 0.6 ? '033' : '034', callId: systemIds.uuid() });
        break;
      case 'ringing':
        if (chance < 0.2) this.#roster.move(id, 'release');
        else this.#roster.move(id, 'answer', { queue: agent.queue, callId: agent.callId });
        break;
      case 'talking':
        this.#roster.move(id, 'hang_up', { queue: agent.queue, callId: agent.callId });
        break;
      case 'wrap_up':
      case 'paused':
        this.#roster.move(id, 'make_ready');
    }
  }

  /** How long an agent was in any of the states between two instants, by what happened. */
  lastedMs(agentId: number, states: readonly string[], fromMs: number, untilMs: number): number {
    const own = this.began.filter((began) => began.agentId === agentId);
    return own.reduce((sum, { state, atMs }, n) => {
      const endMs = Math.min(own[n + 1]?.atMs ?? untilMs, untilMs);
      return states.includes(state) ? sum + Math.max(0, endMs - Math.max(atMs, fromMs)) : sum;
    }, 0);
  }
}

const atWork = ['logged_in', 'available', 'ringing', 'talking', 'wrap_up', 'paused'] as const;
const figures = [
  'loggedInMs',
  'availableMs',
  'ringingMs',
  'talkingMs',
  'wrapUpMs',
  'pausedMs',
  'offers',
  'answered',
] as const;

function sumOf<Key extends string>(rows: readonly Readonly<Record<Key, number>>[], figure: Key): number {
  return rows.reduce((sum, row) => sum + row[figure], 0);
}

describe.for([
  { what: 'an ordinary day', middle: '2026-03-03', hours: 24, label: '00:00', lasts: hourMs },
  { what: 'the day on which clocks are put back', middle: '2019-02-16', hours: 25, label: '23:00', lasts: 2 * hourMs },
  { what: 'the day on which clocks are put forward', middle: '2018-11-04', hours: 23, label: '01:00', lasts: hourMs },
])('$what adds up to the millisecond', ({ middle, hours, label, lasts }) => {
  test('for agents who stay over midnight and control planes that are killed, by the hour, the day and as a whole', async () => {
    const [first, last] = [addDays(middle, -1), addDays(middle, 1)];
    const startOf = (date: string) => startOfDay(date, timeZone).getTime();

    const { tenantId, agentIds } = await dayTenant(db);
    const shift = new Shift(tenantId, new Date(startOf(first) + 20 * hourMs), hours);
    await shift.begin();
    await shift.work(new Date(startOf(last) + 4 * hourMs));
    const endMs = startOf(addDays(last, 1)) + hourMs;
    const reports = createReports({ database, clock: new ManualClock(new Date(endMs).toISOString()), timeZone });
    const read = async (by: string) => ({
      agents: await reports.agents(tenantId, agentReportQuery.parse({ from: first, until: last, by })),
      queues: await reports.queues(tenantId, queueReportQuery.parse({ from: first, until: last, by })),
    });
    const everyWay = async () => ({ total: await read('total'), day: await read('day'), hour: await read('hour') });

    const byRows = await everyWay();

    while ((await reports.rollUp()) > 0);

    expect(await everyWay()).toEqual(byRows);

    const { total, day, hour } = byRows;
    for (const { checks } of [total, day, hour].flatMap(({ agents, queues }) => [agents, queues])) {
      expect(checks.filter(({ holds }) => !holds)).toEqual([]);
    }
    for (const [n, agentId] of agentIds.entries()) {
      for (const date of [first, middle, last]) {
        const row = day.agents.rows.find(({ agent, period }) => agent === `${700 + n}` && period === date);
        const [fromMs, untilMs] = [startOf(date), startOf(addDays(date, 1))];
        expect(row?.loggedInMs ?? 0).toBe(shift.lastedMs(agentId, atWork, fromMs, untilMs));
        expect(row?.talkingMs ?? 0).toBe(shift.lastedMs(agentId, ['talking'], fromMs, untilMs));
        const inHours = hour.agents.rows.filter((part) => part.agent === row?.agent && part.period.startsWith(date));
        for (const figure of figures) expect(sumOf(inHours, figure)).toBe(row?.[figure] ?? 0);
        if (row === undefined) continue;
        const states = row.availableMs + row.ringingMs + row.talkingMs + row.wrapUpMs + row.pausedMs;
        expect(row.loggedInMs - states).toBe(shift.lastedMs(agentId, ['logged_in'], fromMs, untilMs));
        expect(Object.values(row.pauses).reduce((sum, ms) => sum + ms, 0)).toBe(row.pausedMs);
      }
    }
    for (const figure of figures) expect(sumOf(day.agents.rows, figure)).toBe(sumOf(total.agents.rows, figure));
    const stayed = day.agents.rows.find(({ agent, period }) => agent === '700' && period === middle);
    expect(stayed?.loggedInMs).toBe(hours * hourMs);
    const hourRow = hour.agents.rows.find(({ agent, period }) => agent === '700' && period === `${middle} ${label}`);
    expect(hourRow?.loggedInMs).toBe(lasts);

    for (const date of [first, middle, last]) {
      const came = [...shift.callers.values()].filter(
        ({ enteredAt }) => enteredAt.getTime() >= startOf(date) && enteredAt.getTime() < startOf(addDays(date, 1)),
      );
      expect(
        sumOf(
          day.queues.rows.filter(({ period }) => period === date),
          'offered',
        ),
      ).toBe(came.length);
      expect(
        sumOf(
          hour.queues.rows.filter(({ period }) => period.startsWith(date)),
          'answered',
        ),
      ).toBe(came.length);
    }
    expect(shift.callers.size).toBeGreaterThan(20);
  });
});
