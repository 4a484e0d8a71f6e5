/**
 * `npm run bench:theory`: callers and agents, sixty times as hasty as real ones, on the whole product with a real Asterisk:
 * how many callers wait and how many give up, beside Erlang C and Erlang A.
 *
 *   npm run bench:theory -- [--minutes 5] [--scale 60] [--queues 2] [--seed 1]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { erlangA, erlangC } from '../../src/queues/erlang.ts';
import { describeMachine } from '../ivr/machine.ts';
import { emptyHomes, resultsFolder } from '../ivr/places.ts';
import { table } from '../table.ts';
import { draw, ideal, interval, type Model, type Shares, sharesOf } from './draws.ts';
import { playLive, type QueuePlan } from './live.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    scale: { type: 'string', default: '60' },
    queues: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
  },
});
const scale = Number(values.scale);
const queues = Number(values.queues);
const handlingMs = 180_000 / scale;
const base = { agents: 10, load: 8, handlingMs };
const models: Record<string, Model> = {
  'Erlang C': { ...base, patienceMs: Number.POSITIVE_INFINITY },
  'Erlang A': { ...base, patienceMs: 120_000 / scale },
};
/** A queue is empty at first: so many callers, ten handling times, are not counted. */
const skipped = 80;
/** A caller whom an agent is free for is offered to the agent within this time, also on a busy machine. */
const noticedMs = 20;

const callers = Math.round((Number(values.minutes) * 60_000 * base.load) / handlingMs);
const plans: QueuePlan[] = Object.entries(models).flatMap(([name, model], m) =>
  Array.from({ length: queues }, (_, n) => ({
    name,
    queue: `7${m}${n}`,
    agents: model.agents,
    callers: draw(model, callers, Number(values.seed) * 1_000 + m * 100 + n),
  })),
);

await emptyHomes();
const { fates, occupiedMs } = await playLive(plans);

const shown = (share: number): string => share.toFixed(3);
const results = Object.entries(models).flatMap(([name, model]) => {
  const own = plans.filter((plan) => plan.name === name);
  const { agents, load, patienceMs } = model;
  const theoryAt = (offered: number): Shares =>
    patienceMs === Number.POSITIVE_INFINITY
      ? erlangC(agents, offered, handlingMs)
      : erlangA(agents, offered, handlingMs, patienceMs);
  const live = sharesOf(
    own.flatMap((plan) => (fates.get(plan.queue) ?? []).slice(skipped)),
    noticedMs,
  );
  const same = sharesOf(own.flatMap((plan) => ideal(plan.callers, agents).slice(skipped)));
  const drawnMs = own.flatMap((plan) => plan.callers.map((caller) => caller.handlingMs));
  const meanMs = drawnMs.reduce((sum, ms) => sum + ms, 0) / drawnMs.length;
  const bounds = interval(model, { queues, callers, skipped });
  const real = theoryAt((load * (meanMs + (occupiedMs.get(name) ?? 0))) / meanMs);
  return (['waiting', 'abandoned'] as const)
    .filter((figure) => patienceMs !== Number.POSITIVE_INFINITY || figure === 'waiting')
    .map((figure) => {
      const [least, most] = bounds[figure];
      const isInside = live[figure] >= least && live[figure] <= most;
      return {
        name,
        figure,
        theory: theoryAt(load)[figure],
        least,
        most,
        live: live[figure],
        isInside,
        same: same[figure],
        longer: real[figure],
        extraMs: occupiedMs.get(name) ?? 0,
      };
    });
});
console.log(
  table(
    [
      'model',
      'share',
      'theory',
      '99 % of runs so long',
      'live',
      'inside',
      'same callers, ideal',
      'theory with agents taken as long as here',
    ],
    results.map(({ name, figure, theory, least, most, live, isInside, same, longer, extraMs }) => [
      name,
      figure,
      shown(theory),
      `${shown(least)}–${shown(most)}`,
      shown(live),
      isInside ? 'yes' : 'NO',
      shown(same),
      `${shown(longer)} (${extraMs.toFixed(0)} ms more)`,
    ]),
  ),
);
mkdirSync(resultsFolder, { recursive: true });
const file = join(resultsFolder, `theory-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.json`);
const setting = { scale, queues, callers, skipped, noticedMs, seed: Number(values.seed) };
writeFileSync(file, `${JSON.stringify({ machine: describeMachine(), setting, results }, null, 2)}\n`);
process.exitCode = results.every(({ isInside }) => isInside) ? 0 : 1;
