/** What a run's random choices come from; `FAULT_SEED` repeats a run. */
export const seed = Number(process.env['FAULT_SEED'] ?? Date.now() % 1_000_000);

/** Mulberry32: numbers from 0 to 1 that a seed repeats. */
export function randomOf(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
