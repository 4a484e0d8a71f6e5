import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { quantile } from '../ivr/figures.ts';
import type { Contestant } from './contestants.ts';
import type { Method } from './method.ts';

/** How long answers took at a steady rate, in milliseconds. */
export interface Pace {
  readonly contestant: string;
  readonly method: string;
  readonly rate: number;
  readonly requests: number;
  readonly wrong: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/**
 * Requests at a steady rate, whether or not the earlier ones were answered. The time of each counts from the moment it was
 * due, so that a contestant that stalls is not spared the requests that would have met it. autocannon's own rate sends the
 * whole of a second at its beginning, which is no rate.
 */
export async function pace(
  contestant: Contestant,
  method: Method,
  { rate, seconds, connections }: { readonly rate: number; readonly seconds: number; readonly connections: number },
): Promise<Pace> {
  const pool = new Pool(contestant.url, { connections, pipelining: 1 });
  const times: number[] = [];
  let wrong = 0;
  const send = async (dueAt: number): Promise<void> => {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: method.path,
      headers: method.headers,
      body: method.nextBody(),
    });
    const text = await body.text();
    times.push(performance.now() - dueAt);
    if (statusCode !== 200 || !method.isRight(text)) wrong++;
  };
  const startedAt = performance.now();
  const sent: Promise<void>[] = [];
  const requests = Math.round(rate * seconds);
  while (sent.length < requests) {
    const due = Math.min(requests, Math.floor(((performance.now() - startedAt) / 1000) * rate) + 1);
    while (sent.length < due) sent.push(send(startedAt + (sent.length / rate) * 1000));
    await sleep(1);
  }
  const ends = await Promise.allSettled(sent);
  wrong += ends.filter(({ status }) => status === 'rejected').length;
  await pool.close();
  await method.reset();
  return {
    contestant: contestant.name,
    method: method.name,
    rate,
    requests,
    wrong,
    p50Ms: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    maxMs: Math.max(...times),
  };
}
