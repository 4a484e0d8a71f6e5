import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from '../../test/phone/scenario.ts';
import { quantile } from '../ivr/figures.ts';
import { cpuMsOf } from '../ivr/process-tree.ts';
import { type Contestant, caller, queueNumber } from './contestants.ts';
import { type BankCall, PhoneBank } from './phone-bank.ts';

/** How many work at once and how many wait for them, and how agents become free. */
export interface Rush {
  readonly atWork: number;
  readonly waiting: number;
  /** Agents who hang up, a second. */
  readonly rate: number;
  readonly samples: number;
  /** How long nothing happens, to know what waiting itself costs. */
  readonly idleMs: number;
}

/** What a round of one contestant came to. */
export interface Reaction {
  readonly contestant: Contestant['name'];
  /** From the agent's BYE to the INVITE of the next caller at the same phone, in ms, each. */
  readonly ms: readonly number[];
  /** From the request that ends the pause of another member to the INVITE at that phone, in ms, each. */
  readonly unpausedMs: readonly number[];
  /** Agents who hung up and were not called again within the longest wait. */
  readonly forgotten: number;
  /** Processor time of a call that was queued and answered, without what waiting itself costs, in ms, by part. */
  readonly cpuMsOfCall: Readonly<Record<string, number>>;
  /** Processor time in a second in which all wait and talk and nothing else happens, in ms, by part. */
  readonly cpuMsOfIdleSecond: Readonly<Record<string, number>>;
}

/** Calls placed a second while a contestant is filled. */
const fillRate = 16;
const longestMs = 20_000;
const sampleEveryMs = 5;
const mostUnpaused = 100;

/** The phones of one contestant: those of the agents and those of who calls. */
export class Rushed {
  readonly #contestant: Contestant;
  readonly #agents: PhoneBank;
  readonly #callers: PhoneBank;
  readonly #talking: BankCall[] = [];
  /** When an agent hung up, by the phone. */
  readonly #freeSince = new Map<string, number>();
  #members: readonly Account[] = [];
  #ms: number[] = [];
  #placed = 0;
  #answered = 0;
  #failure: unknown;

  private constructor(contestant: Contestant, agents: PhoneBank, callers: PhoneBank) {
    this.#contestant = contestant;
    this.#agents = agents;
    this.#callers = callers;
  }

  static async open(contestant: Contestant, mediaPort: number): Promise<Rushed> {
    const agents = await PhoneBank.open(contestant.sipPort, mediaPort, { rung: (call) => rushed.#rung(call) });
    const callers = await PhoneBank.open(contestant.sipPort, mediaPort);
    const rushed = new Rushed(contestant, agents, callers);
    return rushed;
  }

  /** Registers the agents' phones, some at once, as soon as the last extension is known. */
  async register(accounts: readonly Account[]): Promise<void> {
    while (!(await this.#callers.register(caller))) await sleep(500);
    this.#members = accounts;
    const left = [...accounts];
    const one = async (): Promise<void> => {
      for (let account = left.pop(); account !== undefined; account = left.pop()) {
        if (!(await this.#agents.register(account))) throw new Error(`${account.user} was not registered`);
      }
    };
    await Promise.all(Array.from({ length: 8 }, one));
  }

  /** Fills the queue, lets agents hang up one after the other, and empties it again. */
  async round(rush: Rush): Promise<Reaction> {
    const { parts, name } = this.#contestant;
    await this.#fill(rush);
    await sleep(2_000);
    const before = cpuMsOf(parts);
    await sleep(rush.idleMs);
    const idle = cpuMsOf(parts);
    const [from, answeredBefore] = [performance.now(), this.#answered];
    this.#ms = [];
    const everyMs = 1_000 / rush.rate;
    let hungUp = 0;
    while (hungUp < rush.samples) {
      this.#throwFailure();
      for (; hungUp < rush.samples && performance.now() >= from + hungUp * everyMs; hungUp++) this.#hangUpOne();
      this.#keepWaiting(rush.waiting);
      await sleep(sampleEveryMs);
    }
    for (const until = performance.now() + longestMs; this.#freeSince.size > 0 && performance.now() < until; ) {
      await sleep(sampleEveryMs);
    }
    // What the last calls leave to be written.
    await sleep(1_000);
    const after = cpuMsOf(parts);
    const seconds = (performance.now() - from) / 1_000;
    const calls = this.#answered - answeredBefore;
    const names = Object.keys(parts);
    const second = (part: string): number => (((idle[part] ?? 0) - (before[part] ?? 0)) * 1_000) / rush.idleMs;
    const ofCall = (part: string): number => ((after[part] ?? 0) - (idle[part] ?? 0) - second(part) * seconds) / calls;
    const forgotten = this.#freeSince.size;
    const ms = this.#ms;
    const unpausedMs = await this.#unpause(rush);
    await this.#empty();
    for (const member of this.#unpaused(rush)) await this.#contestant.pause?.(member, true);
    return {
      contestant: name,
      ms,
      unpausedMs,
      forgotten,
      cpuMsOfCall: Object.fromEntries(names.map((part) => [part, ofCall(part)])),
      cpuMsOfIdleSecond: Object.fromEntries(names.map((part) => [part, second(part)])),
    };
  }

  /** Members who were paused until now, at most as many as there are callers left to take. */
  #unpaused({ atWork, waiting }: Rush): readonly Account[] {
    const most = Math.min(mostUnpaused, waiting);
    return this.#contestant.pause === undefined ? [] : this.#members.slice(atWork, atWork + most);
  }

  /** Lets members who were paused take calls, one after the other. */
  async #unpause(rush: Rush): Promise<readonly number[]> {
    this.#ms = [];
    for (const member of this.#unpaused(rush)) {
      this.#freeSince.set(member.user, performance.now());
      await this.#contestant.pause?.(member, false);
      await sleep(1_000 / rush.rate);
    }
    await sleep(1_000);
    return this.#ms;
  }

  close(): void {
    this.#agents.close();
    this.#callers.close();
  }

  #rung(call: BankCall): void {
    this.#answered++;
    this.#talking.push(call);
    const since = this.#freeSince.get(call.user);
    if (since === undefined) return;
    this.#freeSince.delete(call.user);
    this.#ms.push(call.atMs - since);
  }

  /** The one who has talked longest. */
  #hangUpOne(): void {
    const call = this.#talking.shift();
    if (call !== undefined) this.#freeSince.set(call.user, this.#agents.hangUp(call));
  }

  #keepWaiting(waiting: number): void {
    while (this.#placed - this.#answered < waiting) this.#place();
  }

  #place(): void {
    this.#placed++;
    this.#callers.call(caller, queueNumber).catch((error: unknown) => (this.#failure ??= error));
  }

  async #fill({ atWork, waiting }: Rush): Promise<void> {
    const from = performance.now();
    for (let placed = 0; placed < atWork + waiting; ) {
      this.#throwFailure();
      for (; placed < atWork + waiting && performance.now() >= from + (placed * 1_000) / fillRate; placed++)
        this.#place();
      await sleep(sampleEveryMs);
    }
    // Who was taken for absent meanwhile, on a machine that has too much to do, says again to be there.
    await this.#contestant.begin(atWork);
    for (const until = performance.now() + longestMs; this.#talking.length < atWork; await sleep(sampleEveryMs)) {
      this.#throwFailure();
      if (performance.now() > until) throw new Error(`Only ${this.#talking.length} of ${atWork} agents were called`);
    }
  }

  async #empty(): Promise<void> {
    this.#talking.length = 0;
    this.#freeSince.clear();
    this.#callers.hangUpAll();
    const until = performance.now() + longestMs;
    while (this.#agents.calls > 0 && performance.now() < until) await sleep(sampleEveryMs);
    this.#agents.hangUpAll();
    await sleep(1_000);
    [this.#placed, this.#answered] = [0, 0];
    this.#talking.length = 0;
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}

/** The figures that are told of reaction times. */
export function reactionFigures(ms: readonly number[]) {
  const [p50, p90, p99, most] = [0.5, 0.9, 0.99, 1].map((share) => quantile(ms, share));
  return { count: ms.length, p50, p90, p99, most };
}
