import { type RandomSource, randomFrom } from '../../src/kernel/random.ts';

/** How agents and callers of one queue are. Times in milliseconds. */
export interface Model {
  readonly agents: number;
  /** Arrivals a handling time, in erlangs. */
  readonly load: number;
  readonly handlingMs: number;
  /** Mean; `Infinity`: they wait for ever. */
  readonly patienceMs: number;
}

/** A caller as drawn: Poisson arrivals, exponential handling and patience. */
export interface DrawnCaller {
  readonly atMs: number;
  readonly handlingMs: number;
  readonly patienceMs: number;
}

/** What became of a caller. */
export interface Fate {
  readonly waitMs: number;
  readonly abandoned: boolean;
}

/** Figures of callers, as theory has them. */
export interface Shares {
  readonly waiting: number;
  readonly abandoned: number;
}

const exponential = (random: RandomSource, meanMs: number): number => -Math.log(1 - random()) * meanMs;

/** The same seed draws the same callers. */
export function draw({ load, handlingMs, patienceMs }: Model, callers: number, seed: number): DrawnCaller[] {
  const random = randomFrom(seed);
  let atMs = 0;
  return Array.from({ length: callers }, () => {
    atMs += exponential(random, handlingMs / load);
    const handling = exponential(random, handlingMs);
    const patience = exponential(random, 1);
    return { atMs, handlingMs: handling, patienceMs: patience * patienceMs };
  });
}

/** What becomes of callers where nothing takes any time but handling them: who came first is answered first. */
export function ideal(callers: readonly DrawnCaller[], agents: number): Fate[] {
  const freeAtMs = Array.from({ length: agents }, () => 0);
  return callers.map(({ atMs, handlingMs, patienceMs }) => {
    const next = freeAtMs.indexOf(Math.min(...freeAtMs));
    const waitMs = Math.max(0, (freeAtMs[next] ?? 0) - atMs);
    if (waitMs > patienceMs) return { waitMs: patienceMs, abandoned: true };
    freeAtMs[next] = atMs + waitMs + handlingMs;
    return { waitMs, abandoned: false };
  });
}

/** @param noticedMs a shorter wait is none: a real exchange takes some milliseconds */
export function sharesOf(fates: readonly Fate[], noticedMs = 0): Shares {
  const share = (of: (fate: Fate) => boolean) => fates.filter(of).length / fates.length;
  return {
    waiting: share(({ waitMs, abandoned }) => abandoned || waitMs > noticedMs),
    abandoned: share(({ abandoned }) => abandoned),
  };
}

/**
 * Between which bounds 99 of 100 runs lie that are as long as ours and have the same queues, empty at first: callers of one run
 * have to do with each other, and all of that is in it.
 */
export function interval(
  model: Model,
  run: { readonly queues: number; readonly callers: number; readonly skipped: number },
): Record<keyof Shares, readonly [number, number]> {
  const { queues, callers, skipped } = run;
  const runs = Array.from({ length: 1_000 }, (_, n) =>
    sharesOf(
      Array.from({ length: queues }, (__, queue) => draw(model, callers, 1_000_000 + n * queues + queue)).flatMap(
        (drawn) => ideal(drawn, model.agents).slice(skipped),
      ),
    ),
  );
  const bounds = (name: keyof Shares): readonly [number, number] => {
    const sorted = runs.map((one) => one[name]).toSorted((a, b) => a - b);
    return [sorted[Math.floor(runs.length * 0.005)] ?? 0, sorted[Math.ceil(runs.length * 0.995) - 1] ?? 0];
  };
  return { waiting: bounds('waiting'), abandoned: bounds('abandoned') };
}
