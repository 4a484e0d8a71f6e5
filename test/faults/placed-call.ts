import type { PhoneCall } from '../phone/desk-phone.ts';

/** Louder than this is speech, music or a tone; what another phone says is as loud as can be. */
const audible = 0.005;
const aPhone = 0.9;
/** A talk in which the other side was not heard for so long is over. */
const goneMs = 3_000;

/** What a caller's phone knows of a call. Times are those of the machine's clock, in milliseconds. */
export interface PlacedCall {
  readonly from: string;
  readonly to: string;
  /** `story`: through the menu into the queue; `called back`: a call that came because its phone had asked for it. */
  readonly kind: 'menu' | 'talk' | 'queue' | 'story' | 'called back';
  readonly dialledAt: number;
  answeredAt: number | undefined;
  endedAt: number;
  /** `us`: the caller hung up; `exchange`: it was hung up; `refused`: it was never answered. */
  end: 'us' | 'exchange' | 'refused';
  /** From the first to the last time the other phone was heard. */
  talkedFrom: number | undefined;
  talkedTo: number | undefined;
  isTransferred: boolean;
  /** Of a talk: it ended, or was not heard any more, before one of the two hung up. */
  lostTalk: boolean;
  /** Longest time without a sound, from the dialling on; while the caller presses keys it is the menu that listens. */
  silenceMs: number;
  /** When it began. */
  silentFrom: number | undefined;
  /** Since when, and until when, keys were pressed. */
  readonly keyed: [from: number, to: number][];
}

/** What an agent's phone knows of a call. */
export interface TakenCall {
  readonly extension: string;
  /** Who was shown to call, or is called. */
  readonly shown: string;
  readonly answeredAt: number;
  readonly endedAt: number;
  /** `us`: the agent hung up. */
  readonly end: 'us' | 'exchange';
}

/** A call of which nothing is known yet but that it was dialled. */
export function placedCall(
  given: Pick<PlacedCall, 'from' | 'to' | 'kind'> & { readonly isTransferred?: boolean },
): PlacedCall {
  return {
    isTransferred: false,
    ...given,
    dialledAt: Date.now(),
    answeredAt: undefined,
    endedAt: 0,
    end: 'refused',
    talkedFrom: undefined,
    talkedTo: undefined,
    lostTalk: false,
    silenceMs: 0,
    silentFrom: undefined,
    keyed: [],
  };
}

/** Whether the other phone is heard at the moment. */
export function hearsPhone({ ear }: PhoneCall): boolean {
  return (ear.heard.at(-1)?.loudness ?? 0) > aPhone;
}

/** For how long nothing has been heard; 0 before anything was. */
export function quietMs(call: PhoneCall): number {
  return sinceHeard(call, audible);
}

/** For how long the other phone has not been heard. */
export function aloneMs(call: PhoneCall): number {
  return sinceHeard(call, aPhone);
}

function sinceHeard({ ear }: PhoneCall, least: number): number {
  const now = performance.now();
  return now - (ear.heard.findLast(({ loudness }) => loudness > least)?.atMs ?? now);
}

/** Presses keys, and writes down when. */
export async function press(call: PhoneCall, placed: PlacedCall, keys: string): Promise<void> {
  const from = Date.now();
  await Promise.race([call.ear.press(keys, { holdMs: 80, gapMs: 120 }), call.ended]);
  placed.keyed.push([from, Date.now()]);
}

/** Writes down what the phone heard. */
export function judge(call: PhoneCall, placed: PlacedCall): void {
  const toWall = Date.now() - performance.now();
  const heard = call.ear.heard.filter(({ loudness }) => loudness > audible).map(({ atMs }) => atMs + toWall);
  const ringsBack = call.heardOfAt === undefined ? placed.answeredAt : call.heardOfAt + toWall;
  judgeSilence(placed, [placed.dialledAt, ringsBack ?? placed.endedAt]);
  if (placed.answeredAt === undefined) return;
  const keyed = placed.keyed.flatMap(([from, to]) => every(200, from, to));
  judgeSilence(placed, [placed.answeredAt, ...heard, ...keyed, placed.endedAt]);
  const talk = call.ear.heard.filter(({ loudness }) => loudness > aPhone).map(({ atMs }) => atMs + toWall);
  placed.talkedFrom = talk[0];
  placed.talkedTo = talk.at(-1);
  if (placed.talkedTo === undefined) return;
  const wentAway = !placed.isTransferred && longestGap([...talk, placed.endedAt]).ms > goneMs;
  placed.lostTalk = placed.end === 'exchange' || wentAway;
}

/** A talk that an agent ended is not lost. */
export function excuse(placed: readonly PlacedCall[], taken: readonly TakenCall[]): void {
  for (const call of placed.filter(({ lostTalk }) => lostTalk)) {
    const { from, talkedTo = 0 } = call;
    const isOther = ({ shown, end, answeredAt, endedAt }: TakenCall): boolean =>
      shown === from && end === 'us' && answeredAt < talkedTo && Math.abs(endedAt - talkedTo) < goneMs / 2;
    if (taken.some(isOther)) call.lostTalk = false;
  }
}

function judgeSilence(placed: PlacedCall, heard: readonly number[]): void {
  const { ms, from } = longestGap(heard);
  if (ms <= placed.silenceMs) return;
  placed.silenceMs = ms;
  placed.silentFrom = from;
}

function longestGap(unsorted: readonly number[]): { readonly ms: number; readonly from: number | undefined } {
  const times = unsorted.toSorted((a, b) => a - b);
  let longest: { ms: number; from: number | undefined } = { ms: 0, from: undefined };
  times.forEach((at, n) => {
    const before = times[n - 1] ?? at;
    if (at - before > longest.ms) longest = { ms: at - before, from: before };
  });
  return longest;
}

function every(stepMs: number, from: number, to: number): number[] {
  return [...Array.from({ length: Math.ceil((to - from) / stepMs) }, (_, n) => from + n * stepMs), to];
}
