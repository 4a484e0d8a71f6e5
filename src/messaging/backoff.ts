const firstMs = 5_000;
const longestMs = 15 * 60_000;

/**
 * How long to wait before trying again: 5 s, doubled with each attempt, at most 15 minutes; less by up to a fifth, so
 * that what failed together does not come back together.
 * @param attempts how often it was tried, from 1
 * @param jitter 0 to 1
 */
export function retryDelayMs(attempts: number, jitter: number): number {
  const full = Math.min(firstMs * 2 ** Math.min(attempts - 1, 20), longestMs);
  return Math.round(full * (1 - 0.2 * jitter));
}
