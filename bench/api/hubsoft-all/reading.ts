import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMsOf, machineBusyMs, residentBytes } from '../../ivr/process-tree.ts';
import type { Contestant } from '../contestants.ts';

/** What one answer was, and what it cost. */
export interface Reading {
  readonly megabytes: number;
  readonly sha256: string;
  readonly firstByteS: number;
  readonly totalS: number;
  readonly oursCpuMs: number;
  readonly postgresCpuMs: number;
  /** Processors that other programs took meanwhile, the reader among them. */
  readonly othersLoad: number;
  /** How much more memory our process held at the most than before. */
  readonly grownMb: number;
}

/**
 * Asks for a list and reads it.
 * @param pauseMs how long the reader does nothing once it has the first bytes
 */
export async function readList(
  ours: Contestant,
  postgresPid: number,
  asked: { readonly query: string; readonly token: string; readonly pauseMs?: number },
): Promise<Reading> {
  const memory = watchMemory(ours.pid);
  const before = cpuMsOf({ ours: ours.pid, postgres: postgresPid });
  const busyBefore = machineBusyMs();
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1_000;
  const answer = await fetch(`${ours.url}/api/v1/integracao/cliente/all${asked.query}`, {
    headers: { authorization: `Bearer ${asked.token}` },
  });
  if (answer.status !== 200 || answer.body === null) throw new Error(`Ours answered ${answer.status}`);
  const hash = createHash('sha256');
  let [bytes, firstByteS] = [0, 0];
  for await (const chunk of answer.body) {
    if (bytes === 0) {
      firstByteS = seconds();
      await sleep(asked.pauseMs ?? 0);
    }
    bytes += chunk.length;
    hash.update(chunk);
  }
  const totalS = seconds();
  const busyMs = machineBusyMs() - busyBefore;
  const after = cpuMsOf({ ours: ours.pid, postgres: postgresPid });
  const [oursCpuMs, postgresCpuMs] = [after.ours - before.ours, after.postgres - before.postgres];
  return {
    megabytes: bytes / 1e6,
    sha256: hash.digest('hex'),
    firstByteS,
    totalS,
    oursCpuMs,
    postgresCpuMs,
    othersLoad: (busyMs - oursCpuMs - postgresCpuMs) / (totalS * 1_000),
    grownMb: memory.stop(),
  };
}

function watchMemory(pid: number): { stop(): number } {
  const before = residentBytes(pid);
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, residentBytes(pid));
  }, 50);
  return {
    stop: () => {
      clearInterval(timer);
      return (most - before) / 2 ** 20;
    },
  };
}
