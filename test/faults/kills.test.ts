import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import { flawsIn, tableOf } from './figures.ts';
import { runKills } from './kill-run.ts';
import { randomOf, seed } from './seed.ts';
import { Traffic } from './traffic.ts';
import { UnrulyAri } from './unruly-ari.ts';

let system: TestSystem;
let ari: UnrulyAri;
let traffic: Traffic;
const random = randomOf(seed);
beforeAll(async () => {
  system = await TestSystem.start();
  traffic = new Traffic(system, { menus: 1, talks: 1, queued: 3, agents: 2, stories: 0 }, random);
  await traffic.prepare();
  await system.killControlPlane();
  // The same home, whose Asterisk now counts as one elsewhere, behind a wire on which events come late and twice.
  ari = await UnrulyAri.to(system, random);
  process.env['ASTERISK_ARI_URL'] = ari.url;
  await system.startControlPlane();
});
afterAll(async () => {
  ari.close();
  delete process.env['ASTERISK_ARI_URL'];
  await system.killControlPlane();
  // Takes its Asterisk back, so that it is ended with the rest.
  await system.startControlPlane();
  await system.stop();
});

test(`events late and twice, the wire cut, the control plane killed: nothing is lost, doubled or silent (FAULT_SEED=${seed})`, async () => {
  const figures = await runKills({
    system,
    traffic,
    random,
    ari,
    faults: ['control plane killed', 'control plane killed', 'Asterisk cut off'],
    kills: 3,
    longestMs: 60_000,
    pauseMs: 4_000,
    tell: () => undefined,
  });
  expect(
    flawsIn(figures),
    `${tableOf(figures)}\n${ari.late} of ${ari.events} events came late, ${ari.twice} twice`,
  ).toEqual([]);
  expect(figures.talks).toBeGreaterThan(3);
  expect(ari.twice).toBeGreaterThan(0);
});
