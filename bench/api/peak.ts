import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import { cpuMsOf } from '../ivr/process-tree.ts';
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
}

const settleMs = 300;

/** As many requests as the contestant answers, over so many connections that are each used again at once. */
export async function burst(
  contestant: Contestant,
  method: Method,
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<Burst> {
  let wrong = 0;
  let right = 0;
  const before = cpuMsOf({ node: contestant.pid });
  const startedAt = performance.now();
  const result = await autocannon({
    url: contestant.url,
    connections,
    duration: seconds,
    requests: [
      {
        setupRequest: (request) => ({
          ...request,
          method: 'POST',
          path: method.path,
          headers: method.headers,
          body: method.nextBody(),
        }),
        onResponse: (status, body) => {
          if (status === 200 && method.isRight(body)) right++;
          else wrong++;
        },
      },
    ],
  });
  const elapsedMs = performance.now() - startedAt;
  const cpuMs = cpuMsOf({ node: contestant.pid }).node - before.node;
  // autocannon ends in the middle of requests, which the server still carries out.
  await sleep(settleMs);
  await method.reset();
  return {
    contestant: contestant.name,
    method: method.name,
    requestsPerSecond: right / (elapsedMs / 1000),
    wrong: wrong + result.errors + result.timeouts,
    cpuMsPerRequest: cpuMs / (right + wrong),
  };
}
