import { setTimeout as sleep } from 'node:timers/promises';
import type { ShownAgent } from '../../src/agents/schemas.ts';
import type { LiveQueue, QueueSettings } from '../../src/queues/schemas.ts';
import type { DeskPhone, PhoneCall } from '../phone/desk-phone.ts';
import { deskPhonesOf } from '../phone/desk-phones.ts';
import type { Account } from '../phone/scenario.ts';
import type { TestSystem } from './system.ts';

/** Of desk phones: above those of other phones. */
const mediaPorts = 102;

/** Somebody who serves queues. */
interface KnownAgent {
  readonly code: string;
}

/** Somebody who serves queues, with a desk phone; the code is the extension's number. */
export interface SeatedAgent extends KnownAgent {
  readonly phone: DeskPhone;
}

/** Makes queues, agents and callers at a system, each with a number of its own, so that tests do not meet. */
export class ContactCentre {
  readonly #system: TestSystem;
  readonly #open: (who: string | Account) => Promise<DeskPhone>;
  readonly #phones: DeskPhone[] = [];
  #lastExtension = 5000;
  #lastQueue = 600;

  constructor(system: TestSystem) {
    this.#system = system;
    this.#open = deskPhonesOf(system, mediaPorts);
  }

  /** What the API answers, which must be no error. */
  async ask<T>(path: string, method = 'GET', body?: object): Promise<T> {
    const response = await this.#system.api(path, method, body);
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** A phone at a new extension. */
  async phone(): Promise<DeskPhone> {
    const user = String(++this.#lastExtension);
    const { password } = await this.ask<{ password: string }>('/api/extensions', 'POST', { number: user });
    const phone = await this.#open({ user, password });
    this.#phones.push(phone);
    return phone;
  }

  /** An agent at a new extension, not logged in. */
  async agent(skills: Readonly<Record<string, number>> = {}): Promise<SeatedAgent> {
    const phone = await this.phone();
    const code = phone.account.user;
    await this.ask('/api/agents', 'POST', { code, name: `Agente ${code}`, pin: '4829', skills });
    return { code, phone };
  }

  /** A queue that says nothing and is served by these, the first in their order. @returns its number */
  async queue(agents: readonly KnownAgent[], settings: Partial<QueueSettings> = {}): Promise<string> {
    const number = String(++this.#lastQueue);
    const quiet = { announceSeconds: 0, wrapUpSeconds: 0, ringSeconds: 30 };
    await this.ask('/api/queues', 'POST', { ...quiet, number, name: `Fila ${number}`, ...settings });
    const members = agents.map(({ code: agent }, position) => ({ agent, position }));
    await this.ask(`/api/queues/${number}/members`, 'PUT', { members });
    return number;
  }

  async logIn({ code }: KnownAgent): Promise<void> {
    await this.ask(`/api/agents/${code}/login`, 'POST', { extension: code });
  }

  /** Logged in, so that callers wait, but taking none of them. */
  async pause(agent: KnownAgent): Promise<void> {
    const { state } = await this.stateOf(agent);
    if (state === 'logged_out') await this.logIn(agent);
    await this.ask(`/api/agents/${agent.code}/pause`, 'POST', { reason: 'Café' });
  }

  async ready({ code }: KnownAgent): Promise<void> {
    await this.ask(`/api/agents/${code}/ready`, 'POST');
  }

  stateOf({ code }: KnownAgent): Promise<ShownAgent> {
    return this.ask(`/api/agents/${code}`);
  }

  untilState(agent: KnownAgent, state: ShownAgent['state'], timeoutMs?: number): Promise<ShownAgent> {
    return until(
      () => this.stateOf(agent),
      (now) => now.state === state,
      timeoutMs,
    );
  }

  /** The next phone of these that rings. */
  async rung(agents: readonly SeatedAgent[]): Promise<{ readonly agent: SeatedAgent; readonly call: PhoneCall }> {
    const calls = () =>
      agents.flatMap((agent) => agent.phone.calls.map((call) => ({ agent, call }))).filter(({ call }) => isNew(call));
    const [rung] = await until(
      async () => calls(),
      ({ length }) => length > 0,
    );
    if (rung === undefined) throw new Error('No phone rings');
    rung.call.given = true;
    return rung;
  }

  /** Who waits in a queue. */
  async waiting(number: string): Promise<LiveQueue['waiting']> {
    const { queues } = await this.ask<{ queues: LiveQueue[] }>('/api/queues/live');
    return queues.find((queue) => queue.number === number)?.waiting ?? [];
  }

  untilWaiting(number: string, callers: number): Promise<LiveQueue['waiting']> {
    return until(
      () => this.waiting(number),
      ({ length }) => length === callers,
    );
  }

  /** What is kept of a queue's callers, in the order in which they came, once so many have left it and talk no more. */
  async rows(queue: string, left: number) {
    const { db } = await this.#system.database();
    return until(
      () => db.selectFrom('queue_call').selectAll().where('queue', '=', queue).orderBy('entered_at').execute(),
      (rows) =>
        rows.filter((row) => row.outcome !== null && (row.outcome !== 'answered' || row.talked_until !== null))
          .length === left,
    );
  }

  close(): void {
    for (const phone of this.#phones) phone.close();
  }
}

function isNew({ incoming, given, isOver }: PhoneCall): boolean {
  return incoming && !given && !isOver;
}

/** Looks until it is so; of tests that run together, so without their `expect`. @throws Error with what it was last */
async function until<T>(look: () => Promise<T>, isSo: (seen: T) => boolean, timeoutMs = 30_000): Promise<T> {
  for (const tooLate = Date.now() + timeoutMs; ; await sleep(30)) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (Date.now() > tooLate) throw new Error(`It did not become so, but was ${JSON.stringify(seen)}`);
  }
}
