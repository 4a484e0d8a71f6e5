/**
 * `npm run bench:exchange`: what a talk from extension to extension costs, with and without a recording, beside the same in
 * plain dialplan on the same build of Asterisk; and how soon a thousand extensions are in effect.
 *
 *   npm run bench:exchange -- [--calls 60] [--rounds 3] [--rate 4] [--talk-ms 5000] [--only talks|extensions] [--profile]
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inWords } from '../ivr/figures.ts';
import { describeMachine } from '../ivr/machine.ts';
import { emptyHomes, resultsFolder } from '../ivr/places.ts';
import { summarizeProfiles } from '../ivr/profile.ts';
import { table } from '../table.ts';
import { ourContestant, startPlain } from './contestants.ts';
import { measureExtensions } from './extensions.ts';
import { OurSystem } from './ours.ts';
import { compare, measureTalks, type Round } from './talks.ts';

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '3' },
    rate: { type: 'string', default: '4' },
    'talk-ms': { type: 'string', default: '5000' },
    only: { type: 'string', default: '' },
    profile: { type: 'boolean', default: false },
  },
});
const crowd = { calls: Number(values.calls), rate: Number(values.rate), talkMs: Number(values['talk-ms']) };

await emptyHomes();
const profiles = values.profile ? mkdtempSync(join(tmpdir(), 'uirapuru-profile-')) : undefined;
const ours = await OurSystem.start(profiles === undefined ? '' : `--cpu-prof --cpu-prof-dir=${profiles}`);
const startedAt = performance.now();
try {
  const rounds = values.only === 'extensions' ? [] : await talks(ours);
  const figures = values.only === 'talks' ? [] : await measureExtensions(ours);
  if (figures.length > 0) {
    console.log(
      table(
        ['what', 'ms'],
        figures.map(({ what, ms }) => [what, String(Math.round(ms))]),
      ),
    );
  }
  mkdirSync(resultsFolder, { recursive: true });
  const file = join(resultsFolder, `exchange-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.json`);
  writeFileSync(file, `${JSON.stringify({ machine: describeMachine(), crowd, rounds, figures }, null, 2)}\n`);
} finally {
  await ours.stop();
}
if (profiles !== undefined) console.log(JSON.stringify(summarizeProfiles(profiles, startedAt), null, 2));

async function talks(system: OurSystem): Promise<Round[]> {
  const contestant = ourContestant(system);
  const plain = await startPlain(contestant);
  try {
    const rounds = await measureTalks([contestant, ...plain.contestants], Number(values.rounds), crowd);
    const compared = plain.contestants.flatMap(({ name, ways }) =>
      ways.map((way) => ({ way, name, ...compare(rounds, way, name) })),
    );
    console.log(
      table(
        [`processor time of a call of ${crowd.talkMs / 1_000} s, ms`, 'beside', 'ours', 'theirs', 'ratio'],
        compared.map(({ way, name, ours: own, other, ratio }) => [
          way,
          name,
          inWords(own, 0),
          inWords(other, 0),
          inWords(ratio),
        ]),
      ),
    );
    console.log(
      table(
        ['way', 'who', 'parts, ms'],
        rounds.map(({ way, contestant: who, cpuMs }) => [
          way,
          who,
          Object.entries(cpuMs)
            .map(([part, ms]) => `${part} ${ms.toFixed(1)}`)
            .join(', '),
        ]),
      ),
    );
    return rounds;
  } finally {
    await plain.stop();
  }
}
