import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import type { DemoFile } from '../../src/cli/demo-home.ts';
import { quantile } from '../ivr/figures.ts';
import { describeMachine } from '../ivr/machine.ts';
import { table } from '../table.ts';

/**
 * Measures how soon agents' programs hear of a call that another exchange announces to a running demonstration, from
 * before the request is sent until the message is read, each at the same end of the machine.
 *
 *   npm run bench:live -- --home <its home> [--url http://127.0.0.1:8080] [--programs 100] [--calls 500] [--rate 20]
 */
const { values } = parseArgs({
  options: {
    home: { type: 'string' },
    url: { type: 'string', default: 'http://127.0.0.1:8080' },
    programs: { type: 'string', default: '100' },
    calls: { type: 'string', default: '500' },
    rate: { type: 'string', default: '20' },
  },
});
if (values.home === undefined) throw new Error('Give the home of a demonstration that runs: --home <folder>.');
const demo = JSON.parse(readFileSync(join(values.home, 'demo.json'), 'utf8')) as DemoFile;
const { url } = values;
const [programs, calls, rate] = [Number(values.programs), Number(values.calls), Number(values.rate)];
const extensions = ['1001', '1002', '1003'] as const;
/** Milliseconds that a network would be allowed, and we are. */
const goalMs = 300;

/** When each announced telephone was sent, and how long after that each program heard of it. */
const sentAt = new Map<string, number>();
const opened: number[] = [];
const closed: number[] = [];
const answered: number[] = [];
const windows = new Map<number, string>();

const sockets = await Promise.all(
  Array.from({ length: programs }, (_, n) => listen(extensions[n % extensions.length] ?? '1001')),
);
const authorization = `Bearer ${await logIn()}`;
for (let n = 0; n < calls; n++) {
  const ramal = extensions[n % extensions.length] ?? '1001';
  const telefone = `3799${String(1_000_000 + n)}`;
  await Promise.all([announced('notificar', ramal, telefone), sleep(1_000 / rate)]);
  await announced('cancelar', ramal, telefone);
}
await sleep(1_000);
for (const socket of sockets) socket.terminate();

const listeners = extensions.map((_, n) => Math.ceil((programs - n) / extensions.length));
const expected = Array.from({ length: calls }, (_, n) => listeners[n % extensions.length] ?? 0).reduce(
  (a, b) => a + b,
  0,
);
const row = (what: string, ms: readonly number[]) => {
  const figures = [0.5, 0.99, 1].map((share) => quantile(ms, share).toFixed(1));
  return [what, String(ms.length), ...figures, String(ms.filter((one) => one > goalMs).length)];
};
console.log(JSON.stringify(describeMachine()));
console.log(`${programs} programs, ${calls} calls, at most ${rate} a second`);
console.log(
  table(
    ['ms', 'n', 'p50', 'p99', 'most', `over ${goalMs}`],
    [
      row('request to window.opened', opened),
      row('request to window.closed', closed),
      row('request to answer', answered),
    ],
  ),
);
if (opened.length !== expected || closed.length !== expected) {
  throw new Error(`Of ${expected} messages each, ${opened.length} and ${closed.length} came.`);
}

async function listen(extension: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/live?extension=${extension}`, {
    headers: { authorization: `Bearer ${demo.api.token}` },
  });
  socket.on('message', (text: Buffer) => {
    const now = performance.now();
    const { type, data } = JSON.parse(text.toString()) as { type: string; data: { window: unknown } };
    if (type === 'window.opened') {
      const { id, callerNumber } = data.window as { id: number; callerNumber: string };
      windows.set(id, callerNumber);
      opened.push(now - (sentAt.get(`notificar ${callerNumber}`) ?? Number.NaN));
    }
    if (type === 'window.closed') {
      closed.push(now - (sentAt.get(`cancelar ${windows.get(data.window as number)}`) ?? Number.NaN));
    }
  });
  await once(socket, 'open');
  return socket;
}

async function logIn(): Promise<string> {
  const response = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'password', ...demo.hubsoft }),
  });
  const { access_token: token } = (await response.json()) as { access_token?: string };
  if (token === undefined) throw new Error(`${url} does not let the demonstration's user in.`);
  return token;
}

async function announced(act: 'notificar' | 'cancelar', ramal: string, telefone: string): Promise<void> {
  const begin = performance.now();
  sentAt.set(`${act} +55${telefone}`, begin);
  const response = await fetch(`${url}/api/v1/integracao/pbx/ligacao/${act}`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ ramal, telefone }),
  });
  const answer = (await response.json()) as { status: string };
  answered.push(performance.now() - begin);
  if (answer.status !== 'success') throw new Error(JSON.stringify(answer));
}
