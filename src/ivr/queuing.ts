import type { QueueSettings } from '../queues/schemas.ts';
import { musicOf, type NextInLine, type Place } from '../queues/service.ts';
import type { HangUp, Talk } from '../telephony/port.ts';
import { agentScreens } from './agent-screens.ts';
import { within } from './conversation.ts';
import { messageFlow, nameMailbox } from './mailbox-of.ts';
import { NodeContext } from './node-context.ts';
import type { Utterance } from './speech/utterance.ts';
import { WaitingWords } from './waiting-words.ts';

/** How a caller comes out of a queue, and out of which: it may be another one than the first. */
interface WayOut {
  readonly outcome: Outcome;
  readonly queue: string;
}
type Outcome = 'talked' | 'callback' | 'overflow';
/** The queue to which somebody has moved the caller. */
type Moved = { readonly queue: string };

interface Wish {
  readonly number: string;
  readonly priority: number;
  /** How long the phones of the group ring where no agent is logged in. */
  readonly seconds: number;
  /** Whether the flow knows what to do with who wants to be called back. */
  readonly offersCallback: boolean;
}

/** Keyed to be called back. */
const callbackKey = '1';

/** Waits in a queue, in those that it overflows into, and in those to which somebody moves the caller. */
export async function inQueue(context: NodeContext, wish: Wish): Promise<WayOut> {
  const { call } = context;
  const queues = call.tenant.queues;
  const seen = new Set<string>();
  let queue = wish.number;
  for (;;) {
    const settings = queues?.settings(queue);
    if (queues === undefined || settings === undefined) {
      return { outcome: await ringGroup(context, queue, wish.seconds), queue };
    }
    seen.add(queue);
    context.note({ queue });
    const callerNumber = call.channel.callerNumber === '' ? undefined : call.channel.callerNumber;
    const place = queues.enter({ callId: call.id, callerNumber, priority: wish.priority }, queue);
    const offered = { ...settings, callback: settings.callback && wish.offersCallback };
    const outcome = typeof place === 'string' ? 'overflow' : await keep(context, place, offered, wish);
    if (typeof outcome === 'object') {
      seen.clear();
      ({ queue } = outcome);
      continue;
    }
    if (outcome !== 'overflow') return { outcome, queue };
    divert(context, settings);
    if (settings.overflow !== 'queue') return { outcome, queue };
    queue = settings.overflowQueue ?? queue;
    // Two full queues that overflow into each other must not keep a caller going round.
    if (seen.has(queue)) return { outcome, queue };
  }
}

/** Lets a call leave the flow for where the queue sends those it does not serve, if that is another flow. */
function divert({ call }: NodeContext, { overflowFlow, overflowExtension }: QueueSettings): void {
  if (overflowExtension !== null) nameMailbox(call.session, overflowExtension);
  call.session.diversion = overflowExtension === null ? (overflowFlow ?? undefined) : messageFlow;
}

/** Waits at a place, and does not leave it as it was when something else becomes of the caller. */
async function keep(context: NodeContext, place: Place, settings: QueueSettings, wish: Wish): Promise<Outcome | Moved> {
  const { gone } = context.call.channel;
  try {
    return await wait(context, place, settings, wish);
  } finally {
    // Who asked in the caller's name goes back to the caller (`by: 'transfer'`), who was never in this queue.
    if (gone.aborted && (gone.reason as HangUp).by === 'transfer') place.overflow('moved');
    else place.stepOut();
  }
}

/** Waits at a place until somebody has talked with the caller, or nobody will. */
async function wait(context: NodeContext, place: Place, settings: QueueSettings, wish: Wish): Promise<Outcome | Moved> {
  const { keypad, parts } = context.call;
  const nowMs = () => parts.clock.now().getTime();
  const music = musicOf(context.call.tenant.id, settings);
  const words = new WaitingWords(settings, place.sinceMs, nowMs());
  for (;;) {
    const next = await whatNext(context, place, words.dueMs, music);
    if (next === 'say') {
      await announce(context, place, words.at(nowMs(), place));
      words.over(nowMs());
    } else if (next === 'key') {
      const isWish = settings.callback && keypad.take() === callbackKey;
      keypad.clear();
      if (isWish) return leaving('callback');
    } else if (next.kind === 'ring') {
      const talk = await ringAgents(context, next, music);
      if (talk !== undefined) return talkOver(context, settings.number, talk);
    } else if (next.kind === 'moved') {
      return next;
    } else if (next.kind === 'nobody') {
      place.stepOut();
      if ((await ringGroup(context, settings.number, wish.seconds)) === 'talked') return 'talked';
      // Somebody may have logged in meanwhile.
      if (place.isServed) continue;
      place.overflow('no_agents');
      return 'overflow';
    } else {
      if (settings.overflow === 'callback' && wish.offersCallback) return leaving('callback');
      place.overflow('max_wait');
      return leaving('overflow');
    }
  }

  async function leaving(outcome: Outcome): Promise<Outcome> {
    await context.call.channel.stopMusic();
    return outcome;
  }
}

/** Music until something is to be done: whichever comes first. */
async function whatNext(
  context: NodeContext,
  place: Place,
  sayAtMs: number,
  music: string | undefined,
): Promise<NextInLine | 'say' | 'key'> {
  const { channel, keypad, parts } = context.call;
  const nowMs = parts.clock.now().getTime();
  return within(context.signal, async (stop) => {
    const next = place.next(stop);
    next.catch(() => undefined);
    if (sayAtMs <= nowMs) return Promise.race([next, Promise.resolve('say' as const)]);
    await channel.startMusic(music);
    const races: Promise<NextInLine | 'say' | 'key'>[] = [next, keypad.available(stop).then(() => 'key' as const)];
    if (sayAtMs < Number.POSITIVE_INFINITY) {
      races.push(parts.clock.sleep(sayAtMs - nowMs, stop).then(() => 'say' as const));
    }
    if (place.lateMs !== undefined) {
      races.push(parts.clock.sleep(place.lateMs - nowMs, stop).then(() => ({ kind: 'late' as const })));
    }
    return Promise.race(races);
  });
}

/** Says something, and stops in the middle of it when a phone can be rung. */
async function announce(context: NodeContext, place: Place, words: readonly Utterance[]): Promise<void> {
  const { call, flow } = context;
  if (words.length === 0) return;
  await call.channel.stopMusic();
  await within(context.signal, async (stop) => {
    const said = new NodeContext(call, flow, stop).say(words);
    await Promise.race([said, place.next(stop)]);
  });
}

/** Rings the phones of agents. @returns undefined when none of them took the call */
async function ringAgents(
  context: NodeContext,
  { extensions, seconds, autoAnswer, answered, untaken }: Extract<NextInLine, { kind: 'ring' }>,
  musicName: string | undefined,
): Promise<Talk | undefined> {
  const { channel, parts } = context.call;
  let why: Parameters<typeof untaken>[0] = 'withdrawn';
  try {
    const result = await parts.telephony.ring(channel, {
      extensions,
      timeoutMs: seconds * 1_000,
      music: true,
      musicName,
      autoAnswer,
      onPhone: agentScreens(context),
    });
    if (result.kind === 'answered') {
      answered(result.extension);
      context.note({ answeredBy: result.extension });
      return result.talk;
    }
    if (result.kind !== 'caller_gone') why = result.kind;
    return undefined;
  } finally {
    // Of an offer that was answered it changes nothing.
    untaken(why);
  }
}

/** Rings the phones of the group or the extension of a number together. */
async function ringGroup(context: NodeContext, number: string, seconds: number): Promise<'talked' | 'overflow'> {
  const { channel, parts, tenant } = context.call;
  const extensions = tenant.exchange.ringTargets(number);
  if (extensions.length === 0) return 'overflow';
  const timeoutMs = seconds * 1_000;
  const onPhone = agentScreens(context);
  const result = await parts.telephony.ring(channel, { extensions, timeoutMs, music: true, onPhone });
  if (result.kind !== 'answered') return 'overflow';
  context.note({ answeredBy: result.extension });
  return talkOver(context, number, result.talk);
}

/** Waits for the end of a talk. */
export async function talkOver(context: NodeContext, number: string, talk: Talk): Promise<'talked'> {
  const { id, keypad, tenant } = context.call;
  tenant.queues?.talksTo(id, number, talk.extension);
  context.session.talked = true;
  await talk.ended;
  tenant.queues?.talkOver(id);
  // Keys pressed while talking were meant for whoever listened.
  keypad.clear();
  return 'talked';
}
