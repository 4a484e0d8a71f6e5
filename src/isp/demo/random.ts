import { randomFrom } from '../../kernel/random.ts';

/** A repeatable source of chance: the same seed gives the same people. */
export interface Random {
  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** Whether something of this probability (0 to 1) happens. */
  chance(probability: number): boolean;
}

/** Chance for a demonstration: the same seed gives the same. */
export function createRandom(seed: number): Random {
  const next = randomFrom(seed);
  const int = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    int,
    pick: ([first, ...others]) => others[int(0, others.length) - 1] ?? first,
    chance: (probability) => next() < probability,
  };
}
