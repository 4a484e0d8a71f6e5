import { setTimeout as sleep } from 'node:timers/promises';
import type { TestSystem } from '../helpers/system.ts';
import { DeskPhone, type PhoneCall } from '../phone/desk-phone.ts';

/** Louder than this is speech, music or a tone; what another phone says is as loud as can be. */
const audible = 0.005;
const aPhone = 0.9;
/** A talk in which the other side was not heard for so long is over. */
const goneMs = 3_000;

/** How much of what goes on at once. */
export interface Mix {
  /** Callers in the menu, some of whom unlock their connection. */
  readonly menus: number;
  /** Pairs of extensions that talk; every third talk is transferred. */
  readonly talks: number;
  /** Callers in the queue, and agents who serve it. */
  readonly queued: number;
  readonly agents: number;
}

/** What a caller's phone knows of a call. Times are those of the machine's clock, in milliseconds. */
export interface PlacedCall {
  readonly from: string;
  readonly to: string;
  readonly kind: 'menu' | 'talk' | 'queue';
  readonly dialledAt: number;
  answeredAt: number | undefined;
  endedAt: number;
  /** `us`: the caller hung up; `exchange`: it was hung up; `refused`: it was never answered. */
  end: 'us' | 'exchange' | 'refused';
  /** From the first to the last time the other phone was heard. */
  talkedFrom: number | undefined;
  talkedTo: number | undefined;
  isTransferred: boolean;
  /** Of a talk: it ended, or was not heard any more, before the caller hung up. */
  lostTalk: boolean;
  /** Longest time without a sound. */
  silenceMs: number;
}

const queue = '039';
const wrapUpSeconds = 2;

/** Phones that call, take calls, and know by themselves what became of each. */
export class Traffic {
  readonly calls: PlacedCall[] = [];
  readonly agents: readonly string[];
  readonly #system: TestSystem;
  readonly #mix: Mix;
  readonly #random: () => number;
  readonly #freePorts: number[];
  readonly #phones = new Map<string, DeskPhone>();
  readonly #loops: Promise<void>[] = [];
  #isOver = false;

  constructor(system: TestSystem, mix: Mix, random: () => number) {
    this.#system = system;
    this.#mix = mix;
    this.#random = random;
    this.agents = Array.from({ length: mix.agents }, (_, n) => String(701 + n));
    this.#freePorts = Array.from({ length: 94 }, (_, n) => system.phonePorts + 2 * n);
  }

  /** Writes extensions, the queue and its agents into the database; a control plane that starts afterwards knows them. */
  async prepare(): Promise<void> {
    const { db } = await this.#system.database();
    const { menus, talks, queued } = this.#mix;
    const numbers = [
      ...range(31, menus),
      ...range(41, talks),
      ...range(51, talks),
      ...range(61, queued),
      ...this.agents.map(extensionOf),
      '8001',
    ];
    const tenant_id = 1;
    await db
      .insertInto('extension')
      .values(numbers.map((number) => ({ tenant_id, number, password: passwordOf(number) })))
      .execute();
    await db
      .insertInto('queue')
      .values({
        tenant_id,
        number: queue,
        name: 'Faults',
        wrap_up_seconds: wrapUpSeconds,
        announce_seconds: 15,
        ring_seconds: 20,
        misses: 50,
        callback: false,
      })
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
      this.#loops.push(this.#takeCalls(phone));
      const { status } = await this.#system.api(`/api/agents/${code}/login`, 'POST', { extension });
      if (status !== 200) throw new Error(`Agent ${code} could not log in: ${status}`);
    }
    const { menus, talks, queued } = this.#mix;
    if (talks > 0) this.#loops.push(this.#takeCalls(await this.#open('8001')));
    for (const number of range(51, talks)) this.#loops.push(this.#takeCalls(await this.#open(number)));
    const callers: [readonly string[], PlacedCall['kind']][] = [
      [range(31, menus), 'menu'],
      [range(41, talks), 'talk'],
      [range(61, queued), 'queue'],
    ];
    for (const [numbers, kind] of callers) {
      for (const number of numbers) this.#loops.push(this.#placeCalls(await this.#open(number), kind));
    }
  }

  /** Nobody calls any more; resolves when the last call is over. */
  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#loops);
    for (const phone of this.#phones.values()) phone.close();
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
    return phone;
  }

  /** Answers whatever comes, soon, and speaks until it is hung up. */
  async #takeCalls(phone: DeskPhone): Promise<void> {
    const open: Promise<void>[] = [];
    while (!this.#isOver) {
      const call = await phone.rings(300).catch(() => undefined);
      if (call !== undefined) open.push(this.#take(phone, call));
    }
    await Promise.race([Promise.all(open), sleep(15_000)]);
  }

  async #take(phone: DeskPhone, call: PhoneCall): Promise<void> {
    await Promise.race([sleep(1_000 * this.#random()), call.ended]);
    if (!call.isOver) {
      call.answer();
      call.ear.speak(true);
      await call.ended;
    }
    this.#putAway(phone, call);
  }

  async #placeCalls(phone: DeskPhone, kind: PlacedCall['kind']): Promise<void> {
    const { user } = phone.account;
    for (let n = 0; !this.#isOver; n++) {
      await sleep(500 + 1_500 * this.#random());
      const partner = `5${user.slice(1)}`;
      const to = { menu: '2222', talk: partner, queue }[kind];
      await this.#place(phone, kind, to, kind === 'talk' && n % 3 === 2 ? partner : undefined);
    }
  }

  /** @param transferring the extension that sends this call on to another one */
  async #place(phone: DeskPhone, kind: PlacedCall['kind'], to: string, transferring?: string): Promise<void> {
    const call = await phone.dial(to);
    const placed: PlacedCall = {
      from: phone.account.user,
      to,
      kind,
      dialledAt: Date.now(),
      answeredAt: undefined,
      endedAt: 0,
      end: 'refused',
      talkedFrom: undefined,
      talkedTo: undefined,
      isTransferred: transferring !== undefined,
      lostTalk: false,
      silenceMs: 0,
    };
    this.calls.push(placed);
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
    this.#judge(call, placed);
    await call.hangUp().catch(() => undefined);
    await Promise.race([call.ended, sleep(2_000)]);
    this.#putAway(phone, call);
  }

  async #converse(call: PhoneCall, { kind }: PlacedCall, transferring: string | undefined): Promise<void> {
    const over = call.ended;
    if (kind === 'menu') return this.#choose(call);
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
  async #choose(call: PhoneCall): Promise<void> {
    const subscriber = this.#system.subscriber('suspended', Math.floor(8 * this.#random()));
    await Promise.race([sleep(1_000), call.ended]);
    if (call.isOver) return;
    call.ear.speak(false);
    await Promise.race([call.ear.press(`${subscriber.document}#`, { holdMs: 80, gapMs: 120 }), call.ended]);
    await Promise.race([sleep(3_000), call.ended]);
    if (call.isOver) return;
    await Promise.race([call.ear.press('1', { holdMs: 80, gapMs: 120 }), call.ended]);
    await Promise.race([sleep(1_000 + 2_000 * this.#random()), call.ended]);
  }

  /** What the phone heard. */
  #judge(call: PhoneCall, placed: PlacedCall): void {
    if (placed.answeredAt === undefined) return;
    const toWall = Date.now() - performance.now();
    const heard = call.ear.heard.filter(({ loudness }) => loudness > audible);
    placed.silenceMs = longestGap([placed.answeredAt, ...heard.map(({ atMs }) => atMs + toWall), placed.endedAt]);
    const talk = heard.filter(({ loudness }) => loudness > aPhone).map(({ atMs }) => atMs + toWall);
    placed.talkedFrom = talk[0];
    placed.talkedTo = talk.at(-1);
    if (placed.talkedTo === undefined) return;
    const wasCut = placed.end === 'exchange';
    const wentAway = !placed.isTransferred && longestGap([...talk, placed.endedAt]) > goneMs;
    placed.lostTalk = wasCut || wentAway;
  }

  #putAway(phone: DeskPhone, call: PhoneCall): void {
    call.ear.close();
    this.#freePorts.push(call.ear.port);
    phone.calls.splice(phone.calls.indexOf(call), 1);
  }
}

function hearsPhone({ ear }: PhoneCall): boolean {
  return (ear.heard.at(-1)?.loudness ?? 0) > aPhone;
}

function longestGap(times: readonly number[]): number {
  return Math.max(0, ...times.map((at, n) => at - (times[n - 1] ?? at)));
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
