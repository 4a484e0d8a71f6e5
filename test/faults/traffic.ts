import { setTimeout as sleep } from 'node:timers/promises';
import type { TestSystem } from '../helpers/system.ts';
import { DeskPhone, type PhoneCall } from '../phone/desk-phone.ts';
import { excuse, hearsPhone, judge, type PlacedCall, placedCall, press, type TakenCall } from './placed-call.ts';
import { Desk, tellStory } from './story.ts';

/** How much of what goes on at once. */
export interface Mix {
  /** Callers in the menu, some of whom unlock their connection. */
  readonly menus: number;
  /** Pairs of extensions that talk; every third talk is transferred. */
  readonly talks: number;
  /** Callers in the queue, and agents who serve it. */
  readonly queued: number;
  readonly agents: number;
  /** Callers who go through the menu into the queue of the demo, give notes, and are called back. */
  readonly stories: number;
}

const ownQueue = '039';
const storyQueue = '033';
const wrapUpSeconds = 2;
/** Their registrations last five minutes. */
const registerEveryMs = 120_000;
/** Until the last one who wants it has been called back. */
const longestBacklogMs = 45_000;

/** Phones that call, take calls, and know by themselves what became of each. */
export class Traffic {
  readonly calls: PlacedCall[] = [];
  /** By agents. */
  readonly taken: TakenCall[] = [];
  /** The queue that they serve. */
  readonly queue: string;
  readonly agents: readonly string[];
  readonly #system: TestSystem;
  readonly #mix: Mix;
  readonly #random: () => number;
  readonly #freePorts: number[];
  readonly #phones = new Map<string, DeskPhone>();
  readonly #placing: Promise<void>[] = [];
  readonly #taking: Promise<void>[] = [];
  readonly #registering: NodeJS.Timeout[] = [];
  #isOver = false;
  #isQuiet = false;

  constructor(system: TestSystem, mix: Mix, random: () => number) {
    this.#system = system;
    this.#mix = mix;
    this.#random = random;
    this.queue = mix.stories > 0 ? storyQueue : ownQueue;
    this.agents = Array.from({ length: mix.agents }, (_, n) => String(701 + n));
    this.#freePorts = Array.from({ length: 94 }, (_, n) => system.phonePorts + 2 * n);
  }

  /** Writes extensions, the queue and its agents into the database; a control plane that starts afterwards knows them. */
  async prepare(): Promise<void> {
    const { db } = await this.#system.database();
    const { menus, talks, queued, stories } = this.#mix;
    const numbers = [
      ...range(31, menus),
      ...range(41, talks),
      ...range(51, talks),
      ...range(61, queued),
      ...range(62, stories),
      ...this.agents.map(extensionOf),
      '8001',
    ];
    const tenant_id = 1;
    await db
      .insertInto('extension')
      .values(numbers.map((number) => ({ tenant_id, number, password: passwordOf(number) })))
      .execute();
    const { queue } = this;
    await db.insertInto('queue').values({ tenant_id, number: ownQueue, name: 'Faults' }).execute();
    await db.deleteFrom('queue_member').where('queue', '=', queue).execute();
    await db
      .updateTable('queue')
      .set({ wrap_up_seconds: wrapUpSeconds, announce_seconds: 15, ring_seconds: 20, misses: 50 })
      .set({ survey: stories > 0, callback: stories > 0, callback_after_seconds: 5 })
      .where('number', '=', queue)
      .execute();
    const agents = await db
      .insertInto('agent')
      .values(this.agents.map((code) => ({ tenant_id, code, name: `Agent ${code}`, pin_hash: '-' })))
      .returning('id')
      .execute();
    await db
      .insertInto('queue_member')
      .values(agents.map(({ id: agent_id }) => ({ tenant_id, queue, agent_id })))
      .execute();
    await db
      .insertInto('recording_rule')
      .values({ tenant_id, kind: 'queue', subject: queue })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  /** Registers everybody, logs the agents in, and begins to call. */
  async begin(): Promise<void> {
    for (const code of this.agents) {
      const extension = extensionOf(code);
      const phone = await this.#open(extension);
      const desk = this.#mix.stories > 0 ? new Desk(this.#system, code, this.#random) : undefined;
      this.#taking.push(this.#takeCalls(phone, (call) => this.#serve(phone, call, desk)));
      const { status } = await this.#system.api(`/api/agents/${code}/login`, 'POST', { extension });
      if (status !== 200) throw new Error(`Agent ${code} could not log in: ${status}`);
    }
    const { menus, talks, queued, stories } = this.#mix;
    const answering = [...range(51, talks), ...(talks > 0 ? ['8001'] : [])];
    for (const number of answering) {
      const phone = await this.#open(number);
      this.#taking.push(this.#takeCalls(phone, (call) => this.#answer(call)));
    }
    const callers: [readonly string[], PlacedCall['kind']][] = [
      [range(31, menus), 'menu'],
      [range(41, talks), 'talk'],
      [range(61, queued), 'queue'],
      [range(62, stories), 'story'],
    ];
    for (const [numbers, kind] of callers) {
      for (const number of numbers) {
        const phone = await this.#open(number);
        this.#placing.push(this.#placeCalls(phone, kind));
        if (kind === 'story') this.#taking.push(this.#takeCalls(phone, (call) => this.#calledBack(phone, call)));
      }
    }
  }

  /** Nobody calls any more; resolves when the last call is over, and whoever wanted to be called back was. */
  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#placing);
    await this.#untilNobodyWaits();
    this.#isQuiet = true;
    await Promise.all(this.#taking);
    for (const timer of this.#registering) clearInterval(timer);
    for (const phone of this.#phones.values()) phone.close();
    excuse(this.calls, this.taken);
  }

  async #untilNobodyWaits(): Promise<void> {
    const tooLate = performance.now() + longestBacklogMs;
    const { db } = await this.#system.database();
    while (performance.now() < tooLate) {
      const open = await db
        .selectFrom('queue_callback')
        .select('queue_call_id')
        .where('ended_at', 'is', null)
        .execute();
      if (open.length === 0) return;
      await sleep(500);
    }
  }

  async #open(number: string): Promise<DeskPhone> {
    const account = { user: number, password: passwordOf(number) };
    const nextPort = (): number => {
      const port = this.#freePorts.shift();
      if (port === undefined) throw new Error('There are more calls than ports.');
      return port;
    };
    const open = () => DeskPhone.open(this.#system.sipPort, account, nextPort);
    // As phones do: an exchange that has just begun may not know all of them yet.
    const phone = await open().catch(() => sleep(2_000).then(open));
    this.#phones.set(number, phone);
    this.#registering.push(setInterval(() => void phone.register().catch(() => undefined), registerEveryMs));
    return phone;
  }

  /** Gives whatever comes to somebody. */
  async #takeCalls(phone: DeskPhone, take: (call: PhoneCall) => Promise<unknown>): Promise<void> {
    const open: Promise<void>[] = [];
    while (!this.#isQuiet) {
      const call = await phone.rings(300).catch(() => undefined);
      if (call !== undefined) open.push(take(call).then(() => this.#putAway(phone, call)));
    }
    await Promise.race([Promise.all(open), sleep(15_000)]);
  }

  /** Answers soon. @returns when; undefined when the caller did not wait for it */
  async #answer(call: PhoneCall): Promise<number | undefined> {
    await Promise.race([sleep(1_000 * this.#random()), call.ended]);
    if (call.isOver) return undefined;
    call.answer();
    call.ear.speak(true);
    const answeredAt = Date.now();
    await call.ended;
    return answeredAt;
  }

  /** An agent, who hangs up in every second talk where there are notes to be given. */
  async #serve({ account }: DeskPhone, call: PhoneCall, desk: Desk | undefined): Promise<void> {
    const talksMs = desk !== undefined && this.#random() < 0.5 ? 3_000 + 3_000 * this.#random() : undefined;
    if (talksMs !== undefined) {
      void call.answered
        .then(() => Promise.race([sleep(talksMs), call.ended]))
        .then(() => call.hangUp())
        .catch(() => undefined);
    }
    const answeredAt = await this.#answer(call);
    if (answeredAt === undefined) return;
    const end = call.isHungUp ? 'us' : 'exchange';
    this.taken.push({ extension: account.user, shown: call.shown, answeredAt, endedAt: Date.now(), end });
    await desk?.wrapUp();
  }

  /** The phone of somebody who had asked for it rings. */
  async #calledBack({ account }: DeskPhone, call: PhoneCall): Promise<void> {
    const placed = placedCall({ from: account.user, to: call.shown, kind: 'called back' });
    this.calls.push(placed);
    const hangsUp = sleep(4_000 + 4_000 * this.#random()).then(() => call.hangUp());
    placed.answeredAt = await this.#answer(call);
    placed.endedAt = Date.now();
    if (placed.answeredAt !== undefined) placed.end = call.isHungUp ? 'us' : 'exchange';
    judge(call, placed);
    await hangsUp;
  }

  async #placeCalls(phone: DeskPhone, kind: PlacedCall['kind']): Promise<void> {
    const { user } = phone.account;
    for (let n = 0; !this.#isOver; n++) {
      await sleep(500 + 1_500 * this.#random());
      const partner = `5${user.slice(1)}`;
      const to = kind === 'talk' ? partner : kind === 'queue' ? this.queue : '2222';
      await this.#place(phone, kind, to, kind === 'talk' && n % 3 === 2 ? partner : undefined);
    }
  }

  /** @param transferring the extension that sends this call on to another one */
  async #place(phone: DeskPhone, kind: PlacedCall['kind'], to: string, transferring?: string): Promise<void> {
    const placed = placedCall({ from: phone.account.user, to, kind, isTransferred: transferring !== undefined });
    this.calls.push(placed);
    const call = await phone.dial(to);
    const answered = await Promise.race([
      call.answered.then(
        () => true,
        () => false,
      ),
      sleep(15_000, false),
    ]);
    if (answered) {
      placed.answeredAt = Date.now();
      call.ear.speak(true);
      await this.#converse(call, placed, transferring);
      placed.end = call.isOver ? 'exchange' : 'us';
    }
    placed.endedAt = Date.now();
    judge(call, placed);
    await call.hangUp().catch(() => undefined);
    await Promise.race([call.ended, sleep(2_000)]);
    this.#putAway(phone, call);
  }

  async #converse(call: PhoneCall, placed: PlacedCall, transferring: string | undefined): Promise<void> {
    const over = call.ended;
    const { kind } = placed;
    if (kind === 'menu') return this.#choose(call, placed);
    if (kind === 'story') return tellStory(call, placed, this.#random);
    if (kind === 'queue') {
      const patience = performance.now() + 30_000;
      while (!call.isOver && performance.now() < patience && !hearsPhone(call)) await sleep(100);
    }
    if (transferring !== undefined) {
      await Promise.race([sleep(1_500), over]);
      const theirs = this.#phones.get(transferring)?.calls.find(({ isOver }) => !isOver);
      void theirs?.refer('8001').catch(() => undefined);
    }
    await Promise.race([sleep(3_000 + 5_000 * this.#random()), over]);
  }

  /** Says who is calling, and asks for the connection to be unlocked; hangs up before the menu waits in silence for more. */
  async #choose(call: PhoneCall, placed: PlacedCall): Promise<void> {
    const subscriber = this.#system.subscriber('suspended', Math.floor(8 * this.#random()));
    await Promise.race([sleep(1_000), call.ended]);
    if (call.isOver) return;
    call.ear.speak(false);
    await press(call, placed, `${subscriber.document}#`);
    await Promise.race([sleep(3_000), call.ended]);
    if (call.isOver) return;
    await press(call, placed, '1');
    await Promise.race([sleep(1_000 + 2_000 * this.#random()), call.ended]);
  }

  #putAway(phone: DeskPhone, call: PhoneCall): void {
    call.ear.close();
    this.#freePorts.push(call.ear.port);
    phone.calls.splice(phone.calls.indexOf(call), 1);
  }
}

function range(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${first}${String(n).padStart(2, '0')}`);
}

function extensionOf(agent: string): string {
  return `7${agent}`;
}

function passwordOf(number: string): string {
  return `secret-of-${number}`;
}
