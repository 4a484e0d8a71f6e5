import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from '../ivr/machine.ts';
import { resultsFolder } from '../ivr/places.ts';
import { table } from '../table.ts';
import { decisions } from './decisions.ts';

/**
 * `npm run bench:queues [-- --rounds 9]`: how many decisions about who is offered to whom are taken in a second, in
 * process, with 500 agents and 300 who wait.
 */
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' } } });
const machine = describeMachine();
const figures = decisions(Number(values.rounds));
console.log(JSON.stringify(machine));
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
mkdirSync(resultsFolder, { recursive: true });
const file = join(resultsFolder, `queues-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.json`);
writeFileSync(file, `${JSON.stringify({ machine, figures }, null, 2)}\n`);
