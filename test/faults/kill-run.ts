import { setTimeout as sleep } from 'node:timers/promises';
import type { ShownAgent } from '../../src/agents/schemas.ts';
import type { TestSystem } from '../helpers/system.ts';
import { reportFlaws } from './day-report.ts';
import { type Fault, type Figures, figuresOf, type Outage } from './figures.ts';
import { asteriskPid, isHealthy, leftovers, postgresPid, untilHealthy } from './inside.ts';
import type { Traffic } from './traffic.ts';
import type { UnrulyAri } from './unruly-ari.ts';

export interface KillRun {
  readonly system: TestSystem;
  readonly traffic: Traffic;
  readonly random: () => number;
  /** What may happen, each as often as it stands here. */
  readonly faults: readonly Fault[];
  readonly kills: number;
  /** No fault after so long. */
  readonly longestMs: number;
  /** Between the end of one fault and the next one, at most; at least a third of it. */
  readonly pauseMs: number;
  /** The wire to Asterisk, where there is one to be cut. */
  readonly ari?: UnrulyAri;
  readonly tell: (line: string) => void;
}

const usableWithinMs = 10_000;
const healthyWithinMs = 60_000;

/** Breaks things at moments that come from the seed while calls go on, and holds phones and database against each other. */
export async function runKills(run: KillRun): Promise<Figures> {
  const { system, traffic, random, kills, pauseMs, tell } = run;
  const outages: Outage[] = [];
  await traffic.begin();
  const begun = Date.now();
  for (let n = 1; n <= kills && Date.now() - begun < run.longestMs; n++) {
    await sleep(pauseMs / 3 + (2 / 3) * pauseMs * random());
    const fault = run.faults[Math.floor(run.faults.length * random())] ?? 'control plane killed';
    const from = Date.now();
    await cause(fault, run);
    await untilHealthy(system, true, healthyWithinMs);
    outages.push({ fault, from, to: Date.now() });
    tell(`${String(n).padStart(4)}  ${fault}, well again after ${((Date.now() - from) / 1_000).toFixed(1)} s`);
  }
  await sleep(pauseMs);
  await traffic.end();
  const stuck = await stuckAgents(system, traffic.agents);
  await untilQuiet(system);
  const report = await reportFlaws(system, traffic.queue, new Date(begun));
  const { db } = await system.database();
  return figuresOf(db, traffic.calls, outages, { agentsStuck: stuck, reportFlaws: report });
}

async function cause(fault: Fault, { system, random, ari }: KillRun): Promise<void> {
  if (fault === 'control plane killed') {
    await system.killControlPlane();
    await sleep(500 * random());
    return system.startControlPlane();
  }
  if (fault === 'control plane frozen') {
    process.kill(system.controlPlanePid, 'SIGSTOP');
    await sleep(500 + 1_500 * random());
    process.kill(system.controlPlanePid, 'SIGCONT');
    return;
  }
  if (fault === 'Asterisk cut off') {
    ari?.cut();
    await untilUnwell(system);
    await sleep(1_000 * random());
    ari?.mend();
    return;
  }
  process.kill(fault === 'Asterisk killed' ? asteriskPid(system) : postgresPid(system), 'SIGKILL');
  await untilUnwell(system);
}

/** It may be well again before anybody could see that it was not. */
async function untilUnwell(system: TestSystem): Promise<void> {
  const tooLate = performance.now() + 2_000;
  while (performance.now() < tooLate && (await isHealthy(system))) await sleep(10);
}

/** Those who are not to be had when nobody calls any more. */
async function stuckAgents(system: TestSystem, agents: readonly string[]): Promise<string[]> {
  const tooLate = performance.now() + usableWithinMs;
  for (;;) {
    const states = await Promise.all(
      agents.map(async (code) => (await (await system.api(`/api/agents/${code}`)).json()) as ShownAgent),
    );
    const stuck = states.filter(({ state }) => state !== 'available');
    if (stuck.length === 0 || performance.now() > tooLate) {
      return stuck.map(({ code, state, reason }) => `${code} is ${state} (${reason ?? '-'})`);
    }
    await sleep(100);
  }
}

async function untilQuiet(system: TestSystem): Promise<void> {
  const tooLate = performance.now() + usableWithinMs;
  while (performance.now() < tooLate) {
    const { channels, open } = await leftovers(system);
    if (channels.length === 0 && open.length === 0) return;
    await sleep(100);
  }
}
