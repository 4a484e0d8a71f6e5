import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { describeMachine } from '../ivr/machine.ts';
import { resultsFolder } from '../ivr/places.ts';
import { machineBusyMs } from '../ivr/process-tree.ts';
import { type Contestant, startContestant } from './contestants.ts';
import { startDatabase } from './database.ts';
import { hubsoftMethods } from './hubsoft.ts';
import { measureWholeList } from './hubsoft-all/run.ts';
import type { Method } from './method.ts';
import { pace } from './pace.ts';
import { burst } from './peak.ts';
import { record } from './record.ts';
import { type ApiReport, halfOfPeak, type MethodReport, renderApiReport } from './report.ts';
import { sgpMethods } from './sgp.ts';

/**
 * Measures an API that we serve against bare Fastify that runs the same SQL, in one interleaved run. `docs/benchmarks.md`
 * says what is measured and how.
 *
 *   npm run bench:api -- hubsoft-all
 *   npm run bench:api -- sgp|hubsoft [--quick] [--rounds 5] [--connections 16] [--only consultacliente] [--profile <folder>]
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    connections: { type: 'string', default: '16' },
    only: { type: 'string' },
    /** Ours writes a profile of its processor time there (`--cpu-prof`). */
    profile: { type: 'string' },
  },
});
const apis = { sgp: sgpMethods, hubsoft: hubsoftMethods } as const;
const [api = 'sgp'] = positionals;
const names = [...Object.keys(apis), 'hubsoft-all'];
if (!names.includes(api)) throw new Error(`There is no benchmark of "${api}". There are: ${names.join(', ')}.`);
const rounds = Number(values.rounds ?? (values.quick ? 2 : 5));
const seconds = values.quick ? 2 : 5;
const connections = Number(values.connections);
const firstPort = Number(process.env['BENCH_FIRST_PORT'] ?? 25_100);
/** In processors; a round in which other programs took more is taken again, so many times. */
const mostOthersLoad = 0.3;
const mostDisturbed = 2 * rounds;
const mostCalmSeconds = values.quick ? 5 : 60;
const startedAt = performance.now();

function progress(what: string): void {
  console.error(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${what}`);
}

if (api === 'hubsoft-all') {
  await measureWholeList(firstPort, progress);
  process.exit(0);
}
const stops: (() => Promise<void>)[] = [];
const methods: MethodReport[] = [];
const machine = describeMachine();
try {
  progress('filling the database');
  const database = await startDatabase();
  stops.push(() => database.stop());
  const all = await apis[api as keyof typeof apis](database);
  const wanted = all.filter(({ name }) => [undefined, name].includes(values.only));
  const recording = await record(database, wanted);
  const here = (file: string): string => join(import.meta.dirname, file);
  const profiler = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(values.profile)}`];
  const ours = await startContestant(
    'ours',
    here('our-server.ts'),
    firstPort,
    [database.url, database.timeZone],
    profiler,
  );
  stops.push(() => ours.stop());
  const bare = await startContestant('bare', here('bare-server.ts'), firstPort + 1, [recording.file]);
  stops.push(() => bare.stop());
  for (const method of wanted) {
    const report = await measure(method, ours, bare, database.pid);
    const statements = recording.routes.find(({ path }) => path === method.path)?.statements.length ?? 0;
    methods.push({ ...report, method: method.name, statements });
  }
} finally {
  for (const stop of stops.toReversed()) await stop();
}
const report: ApiReport = { machine, api, connections, seconds, methods };
mkdirSync(resultsFolder, { recursive: true });
const file = join(resultsFolder, `api-${api}-${String(machine['date']).replaceAll(/[:.]/g, '-')}.json`);
writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
console.log(`${renderApiReport(report)}\n\nWritten to ${file}`);
process.exit(0);

/** Bursts in turn, the one that begins changing each round; then the times at half of our peak. */
async function measure(
  method: Method,
  ours: Contestant,
  bare: Contestant,
  postgresPid: number,
): Promise<Pick<MethodReport, 'rounds' | 'paces'>> {
  progress(`${method.name}: warming up`);
  const plan = { connections, seconds, postgresPid };
  for (const contestant of [ours, bare]) await burst(contestant, method, { ...plan, seconds: 3 });
  const taken: MethodReport['rounds'][number][] = [];
  const disturbed: MethodReport['rounds'][number][] = [];
  for (let round = 0; taken.length < rounds && disturbed.length < mostDisturbed; round++) {
    progress(`${method.name}: round ${taken.length + 1} of ${rounds}`);
    await calm();
    const isOursFirst = round % 2 === 0;
    const first = await burst(isOursFirst ? ours : bare, method, plan);
    const second = await burst(isOursFirst ? bare : ours, method, plan);
    const pair = isOursFirst ? { ours: first, bare: second } : { ours: second, bare: first };
    const others = Math.max(first.othersLoad, second.othersLoad);
    if (others <= mostOthersLoad) taken.push(pair);
    else disturbed.push(pair);
    if (others > mostOthersLoad)
      progress(`other programs took ${others.toFixed(1)} processors: this round is taken again`);
  }
  // A machine that never calms down gives figures all the same; each says how much others took.
  while (taken.length < rounds && disturbed.length > 0) {
    taken.push(disturbed.splice(leastDisturbed(disturbed), 1)[0] as MethodReport['rounds'][number]);
  }
  const rate = halfOfPeak(taken);
  progress(`${method.name}: ${rate} a second`);
  const paces = [];
  for (const contestant of [ours, bare]) {
    await calm();
    paces.push(await pace(contestant, method, { rate, seconds: values.quick ? 5 : 15, connections }));
  }
  return { rounds: taken, paces };
}

function leastDisturbed(pairs: readonly MethodReport['rounds'][number][]): number {
  const loads = pairs.map((pair) => Math.max(pair.ours.othersLoad, pair.bare.othersLoad));
  return loads.indexOf(Math.min(...loads));
}

/** Waits until other programs leave the machine alone, though not for ever. */
async function calm(): Promise<void> {
  for (let waited = 0; waited < mostCalmSeconds; waited++) {
    const before = machineBusyMs();
    await sleep(1_000);
    if ((machineBusyMs() - before) / 1_000 <= mostOthersLoad) return;
  }
}
