/**
 * `npm run bench:exchange`: how long it takes until a thousand extensions made over the API are in effect, how soon one
 * more is, and one that is changed, with so many beside it.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoFile } from '../../src/cli/demo-home.ts';
import type { ExtensionPassword } from '../../src/exchange/schemas.ts';
import { Scenario } from '../../test/phone/scenario.ts';
import { runSipp } from '../../test/phone/sipp.ts';
import { describeMachine } from '../ivr/machine.ts';
import { emptyHomes, environmentOf, ports, resultsFolder } from '../ivr/places.ts';
import { table } from '../table.ts';

const count = 1_000;
const atOnce = 8;
const url = `http://127.0.0.1:${ports.ours.http}`;

await emptyHomes();
const environment = environmentOf('ours');
const child = spawn(process.execPath, [join(import.meta.dirname, '../../scripts/launch.mjs'), 'start'], {
  // A program is held back at a hundred requests a second; what is measured is how long they take.
  env: { ...process.env, ...environment, UIRAPURU_APP_RATE: '100000', UIRAPURU_ORIGIN_RATE: '100000' },
  stdio: 'ignore',
});
const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
try {
  const figures = await measure();
  console.log(
    table(
      ['what', 'ms'],
      figures.map(({ what, ms }) => [what, String(Math.round(ms))]),
    ),
  );
  mkdirSync(resultsFolder, { recursive: true });
  const file = join(resultsFolder, `exchange-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.json`);
  writeFileSync(file, `${JSON.stringify({ machine: describeMachine(), figures }, null, 2)}\n`);
} finally {
  child.kill('SIGTERM');
  await ended;
}

async function measure(): Promise<{ readonly what: string; readonly ms: number }[]> {
  while (
    !(await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    ))
  )
    await sleep(50);
  const home = environment['UIRAPURU_HOME'] ?? '';
  const { api } = JSON.parse(readFileSync(join(home, 'demo.json'), 'utf8')) as DemoFile;
  const ask = async (method: string, path: string, body: object): Promise<ExtensionPassword> => {
    const headers = { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${url}/api/${path}`, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as ExtensionPassword;
  };
  const register = async ({ number, password }: ExtensionPassword): Promise<void> => {
    const scenario = new Scenario().register({ user: number, password });
    const { successful } = await runSipp({ scenario, target: `127.0.0.1:${ports.ours.sip}`, port: ports.phone.sip });
    if (successful !== 1) throw new Error(`Extension ${number} did not register`);
  };
  const timed = async <T>(work: () => Promise<T>): Promise<{ ms: number; made: T }> => {
    const from = performance.now();
    const made = await work();
    return { ms: performance.now() - from, made };
  };

  const numbers = Array.from({ length: count }, (_, i) => String(50_000 + i));
  const all = await timed(async () => {
    const waiting = [...numbers];
    const made: ExtensionPassword[] = [];
    const makeOn = async (): Promise<void> => {
      for (let number = waiting.shift(); number !== undefined; number = waiting.shift()) {
        made.push(await ask('POST', 'extensions', { number, callerName: `Ramal ${number}` }));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, makeOn));
    const last = made.at(-1);
    if (last !== undefined) await register(last);
    return made;
  });
  const [first] = all.made;
  if (first === undefined) throw new Error('No extension was made');
  await register(first);
  const one = await timed(() => ask('POST', 'extensions', { number: '60000' }));
  await register(one.made);
  const change = await timed(() => ask('PATCH', 'extensions/50000', { callerName: 'Ana' }));
  return [
    { what: `${count} extensions made over the API, ${atOnce} at once, the last one registered`, ms: all.ms },
    { what: 'one more made, pushed to Asterisk when it is answered', ms: one.ms },
    { what: `one of ${count} changed, pushed to Asterisk when it is answered`, ms: change.ms },
  ];
}
