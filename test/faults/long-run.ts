import { expect, test } from 'vitest';
import { TestSystem } from '../helpers/system.ts';
import { type Fault, flawsIn, tableOf } from './figures.ts';
import { runKills } from './kill-run.ts';
import { randomOf, seed } from './seed.ts';
import { type Mix, Traffic } from './traffic.ts';
import { UnrulyAri } from './unruly-ari.ts';

const isStory = process.env['FAULT_STORY'] === '1';
const kills = isStory ? 10 : Number(process.env['FAULT_KILLS'] ?? 50);
const longestMs = Number(process.env['FAULT_MINUTES'] ?? 600) * 60_000;
const callers = Number(process.env['FAULT_CALLERS'] ?? 50);
const mix: Mix = isStory
  ? { menus: 0, talks: 0, queued: 0, agents: Math.ceil(callers / 5), stories: callers }
  : { menus: 3, talks: 3, queued: 8, agents: 4, stories: 0 };

const faults: readonly Fault[] = isStory
  ? ['control plane killed']
  : [
      ...Array<Fault>(6).fill('control plane killed'),
      'control plane frozen',
      'PostgreSQL killed',
      'PostgreSQL killed',
      'Asterisk killed',
    ];
const onTheWire: readonly Fault[] = [
  ...Array<Fault>(3).fill('control plane killed'),
  'Asterisk cut off',
  'control plane frozen',
];

/** Prints figures of a run with its seed; see `scripts/test-faults.ts`. @returns what is wrong */
async function report(what: string, share: number, unruly: boolean): Promise<string[]> {
  const random = randomOf(seed);
  const system = await TestSystem.start();
  const traffic = new Traffic(system, mix, random);
  await traffic.prepare();
  await system.killControlPlane();
  const ari = unruly ? await UnrulyAri.to(system, random) : undefined;
  if (ari !== undefined) process.env['ASTERISK_ARI_URL'] = ari.url;
  await system.startControlPlane();
  const tell = (line: string): void => void process.stdout.write(`${line}\n`);
  tell(`${what}, seed ${seed}`);
  try {
    const figures = await runKills({
      system,
      traffic,
      random,
      faults: unruly ? onTheWire : faults,
      kills: Math.ceil(kills * share),
      longestMs: longestMs * share,
      pauseMs: isStory ? 18_000 : 8_000,
      ...(ari && { ari }),
      tell,
    });
    if (ari !== undefined) tell(`${ari.late} of ${ari.events} events came late, ${ari.twice} twice`);
    const wrong = [...flawsIn(figures), ...figures.wrongTimes.map((what) => `wrong time: ${what}`)];
    for (const flaw of wrong) tell(flaw);
    tell(`${tableOf(figures)}\n`);
    return wrong;
  } finally {
    if (ari !== undefined) {
      ari.close();
      delete process.env['ASTERISK_ARI_URL'];
      await system.killControlPlane();
      // Takes its Asterisk back, so that it is ended with the rest.
      await system.startControlPlane();
    }
    await system.stop();
  }
}

const parts: readonly [what: string, share: number, unruly: boolean][] = isStory
  ? [[`${callers} callers through the menu and the queue, ten kills`, 1, false]]
  : [
      ['Kills', 0.7, false],
      ['Kills on a wire where events come late and twice', 0.3, true],
    ];
test.each(parts)('%s: nothing is lost, doubled or silent', async (what, share, unruly) => {
  expect(await report(what, share, unruly)).toEqual([]);
});
