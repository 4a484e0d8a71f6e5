import type { LegRow } from './leg.ts';

/** How long a call that is over took, in milliseconds. */
export interface Durations {
  /** While at least one phone rang for it. */
  readonly ring_ms: number;
  /** From its start to its first talk, or to its end when there was none: menus, music, ringing. */
  readonly wait_ms: number;
  /** While at least one leg that was placed for it had answered. */
  readonly talk_ms: number;
  /** While somebody in it was on hold; two at once count twice. */
  readonly hold_ms: number;
}

type Stretch = readonly [fromMs: number, untilMs: number];

/** The durations of a call between two instants, from its legs. */
export function durationsOf(legs: Iterable<LegRow>, startedAt: Date, endedAt: Date): Durations {
  const rings: Stretch[] = [];
  const talks: Stretch[] = [];
  let holdMs = 0;
  const [startMs, endMs] = [startedAt.getTime(), endedAt.getTime()];
  // A leg that was another call's may be older than this one.
  const within = (at: string): number => Math.min(Math.max(Date.parse(at), startMs), endMs);
  for (const leg of legs) {
    holdMs += leg.hold_ms;
    if (leg.role === 'caller') continue;
    const end = leg.ended_at === null ? endMs : within(leg.ended_at);
    const answered = leg.answered_at === null ? undefined : within(leg.answered_at);
    if (leg.ringing_at !== null) rings.push([within(leg.ringing_at), answered ?? end]);
    if (answered !== undefined) talks.push([answered, end]);
  }
  const firstTalkMs = Math.min(endMs, ...talks.map(([from]) => from));
  return {
    ring_ms: covered(rings),
    wait_ms: firstTalkMs - startMs,
    talk_ms: covered(talks),
    hold_ms: holdMs,
  };
}

/** How much time stretches cover together. */
function covered(stretches: readonly Stretch[]): number {
  let total = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const [from, to] of stretches.toSorted(([a], [b]) => a - b)) {
    total += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return total;
}
