import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
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
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  let wrong = 0;
  const send = async (dueAt: number): Promise<void> => {
    const { status, body } = await ask(contestant.url, method, agent);
    times.push(performance.now() - dueAt);
    if (status !== 200 || !method.isRight(body)) wrong++;
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
  agent.destroy();
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

function ask(url: string, method: Method, agent: Agent): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const { path, body } = method.next();
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const headers = { ...method.headers, ...length };
    const asked = request(`${url}${path}`, { method: method.verb, agent, headers, timeout: 10_000 }, (answer) => {
      text(answer).then((said) => resolve({ status: answer.statusCode, body: said }), reject);
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer in time')));
    asked.on('error', reject);
    asked.end(body);
  });
}
