/**
 * `npm run bench:queues`: how many decisions about who is offered to whom are taken in a second, in process; and how soon a
 * phone is called when its agent becomes free, on the whole product, beside Asterisk's app_queue with the same members on the
 * same build of Asterisk, in turn.
 *
 *   npm run bench:queues -- [--only decisions|live] [--rounds 9] [--members 500] [--at-work 500] [--waiting 300]
 *     [--rate 10] [--samples 300] [--turns 2] [--profile]
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from '../ivr/machine.ts';
import { resultsFolder } from '../ivr/places.ts';
import { summarizeProfiles } from '../ivr/profile.ts';
import { table } from '../table.ts';
import { decisions } from './decisions.ts';
import { measureLive } from './live.ts';
import { type Reaction, reactionFigures } from './reaction.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '9' },
    members: { type: 'string', default: '500' },
    'at-work': { type: 'string', default: '500' },
    waiting: { type: 'string', default: '300' },
    rate: { type: 'string', default: '10' },
    samples: { type: 'string', default: '300' },
    turns: { type: 'string', default: '2' },
    profile: { type: 'boolean', default: false },
  },
});
const members = Number(values.members);
const rush = {
  atWork: Math.min(members, Number(values['at-work'])),
  waiting: Number(values.waiting),
  rate: Number(values.rate),
  samples: Number(values.samples),
  idleMs: 5_000,
};
const machine = describeMachine();
console.log(JSON.stringify(machine));

const figures = values.only === 'live' ? [] : decisions(Number(values.rounds));
if (figures.length > 0) {
  console.log(
    table(
      ['situation', 'decisions/s', 'p50 µs', 'p99 µs', 'most µs'],
      figures.map(({ situation, perSecond, p50Us, p99Us, mostUs }) => [
        situation,
        `${Math.round(perSecond.median)} (${Math.round(perSecond.min)}–${Math.round(perSecond.max)})`,
        ...[p50Us, p99Us, mostUs].map((us) => us.toFixed(1)),
      ]),
    ),
  );
}

const profiles = values.profile ? mkdtempSync(join(tmpdir(), 'uirapuru-profile-')) : undefined;
const nodeOptions = profiles === undefined ? '' : `--cpu-prof --cpu-prof-dir=${profiles}`;
const reactions =
  values.only === 'decisions' ? [] : await measureLive({ members, rush, nodeOptions }, Number(values.turns));
if (reactions.length > 0) tellReactions(reactions);
if (profiles !== undefined) console.log(JSON.stringify(summarizeProfiles(profiles), null, 2));

mkdirSync(resultsFolder, { recursive: true });
const file = join(resultsFolder, `queues-${machine['date']?.toString().replaceAll(/[:.]/g, '-')}.json`);
writeFileSync(file, `${JSON.stringify({ machine, figures, members, rush, reactions }, null, 2)}\n`);

function tellReactions(all: readonly Reaction[]): void {
  const parts = (costs: Reaction['cpuMsOfCall']): string => {
    const sum = Object.values(costs).reduce((one, other) => one + other, 0);
    return `${sum.toFixed(1)} (${Object.entries(costs)
      .map(([part, ms]) => `${part} ${ms.toFixed(1)}`)
      .join(', ')})`;
  };
  const row = (name: string, some: readonly Reaction[]): string[] => {
    const { count, p50, p90, p99, most } = reactionFigures(some.flatMap(({ ms }) => ms));
    const forgotten = some.reduce((sum, one) => sum + one.forgotten, 0);
    return [name, String(count), ...[p50, p90, p99, most].map((ms = Number.NaN) => ms.toFixed(1)), String(forgotten)];
  };
  const names = ['ours', 'app_queue'] as const;
  const of = (name: Reaction['contestant']) => all.filter(({ contestant }) => contestant === name);
  console.log(
    table(
      [`agent's BYE → INVITE, ${members} members, ms`, 'count', 'p50', 'p90', 'p99', 'most', 'not called'],
      [
        ...names.map((name) => row(name, of(name))),
        ...all.map((one, n) => row(`${one.contestant}, turn ${Math.floor(n / 2) + 1}`, [one])),
      ],
    ),
  );
  const unpaused = reactionFigures(of('ours').flatMap(({ unpausedMs }) => unpausedMs));
  if (unpaused.count > 0) console.log(`ours, request that ends a pause → INVITE, ms: ${JSON.stringify(unpaused)}`);
  const [ours, peer] = names.map((name) => reactionFigures(of(name).flatMap(({ ms }) => ms)));
  const ratio = (share: 'p50' | 'p99') => ((ours?.[share] ?? Number.NaN) / (peer?.[share] ?? Number.NaN)).toFixed(3);
  console.log(`ours / app_queue: p50 ${ratio('p50')}, p99 ${ratio('p99')}`);
  console.log(
    table(
      ['processor time, ms', 'of a queued call', 'of a second in which nothing happens'],
      all.map(({ contestant, cpuMsOfCall, cpuMsOfIdleSecond }) => [
        contestant,
        parts(cpuMsOfCall),
        parts(cpuMsOfIdleSecond),
      ]),
    ),
  );
}
