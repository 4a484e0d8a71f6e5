/** Draws a number from 0 up to, but not, 1. */
export type RandomSource = () => number;

/** A repeatable source of chance: Mulberry32 (Tommy Ettinger, public domain), 32 bits of state. */
export function randomFrom(seed: number): RandomSource {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
