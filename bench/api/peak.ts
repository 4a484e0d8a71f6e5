import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import { cpuMsOf, machineBusyMs } from '../ivr/process-tree.ts';
import type { Contestant } from './contestants.ts';
import type { Method } from './method.ts';

/** What one contestant managed in one burst. */
export interface Burst {
  readonly contestant: string;
  readonly method: string;
  readonly requestsPerSecond: number;
  /** Answers that were not the expected one, and requests without an answer. */
  readonly wrong: number;
  /** Processor time of the contestant's Node.js for one request. */
  readonly cpuMsPerRequest: number;
  /** In processors: what other programs took of the machine meanwhile. */
  readonly othersLoad: number;
}

const settleMs = 300;

/** As many requests as the contestant answers, over so many connections that are each used again at once. */
export async function burst(
  contestant: Contestant,
  method: Method,
  plan: { readonly connections: number; readonly seconds: number; readonly postgresPid: number },
): Promise<Burst> {
  let wrong = 0;
  let right = 0;
  const processes = { node: contestant.pid, postgres: plan.postgresPid, generator: process.pid };
  const [before, busyBefore] = [cpuMsOf(processes), machineBusyMs()];
  const startedAt = performance.now();
  const result = await autocannon({
    url: contestant.url,
    connections: plan.connections,
    duration: plan.seconds,
    requests: [
      {
        setupRequest: (request) => {
          const { path, body } = method.next();
          return { ...request, method: method.verb, path, headers: method.headers, ...(body && { body }) };
        },
        onResponse: (status, body) => {
          if (status === 200 && method.isRight(body)) right++;
          else wrong++;
        },
      },
    ],
  });
  const elapsedMs = performance.now() - startedAt;
  const [after, busyAfter] = [cpuMsOf(processes), machineBusyMs()];
  const cpuMs = after.node - before.node;
  const oursMs = cpuMs + after.postgres - before.postgres + after.generator - before.generator;
  // autocannon ends in the middle of requests, which the server still carries out.
  await sleep(settleMs);
  await method.reset();
  return {
    contestant: contestant.name,
    method: method.name,
    requestsPerSecond: right / (elapsedMs / 1000),
    wrong: wrong + result.errors + result.timeouts,
    cpuMsPerRequest: cpuMs / (right + wrong),
    othersLoad: (busyAfter - busyBefore - oursMs) / elapsedMs,
  };
}
