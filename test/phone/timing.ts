import type { Caller } from './caller.ts';

/** The longest time without anything audible between two instants. */
export function longestSilence(caller: Caller, fromMs: number, untilMs: number): number {
  const loud = caller.phone.since(fromMs).filter(({ loudness, atMs }) => loudness > 0.005 && atMs <= untilMs);
  const instants = [fromMs, ...loud.map((packet) => packet.atMs), untilMs];
  return Math.max(...instants.map((atMs, i) => atMs - (instants[i - 1] ?? fromMs)));
}

/** Presses one key; gives the instant of its release. */
export async function release(caller: Caller, key: string): Promise<number> {
  const gapMs = 60;
  await caller.press(key, { holdMs: 80, gapMs });
  return performance.now() - gapMs;
}
