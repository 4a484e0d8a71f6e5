import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureRuntime } from '../../src/telephony/asterisk/runtime/fetch-runtime.ts';
import { runtimeCommand } from '../../src/telephony/asterisk/runtime/runtime-root.ts';
import { runtimeCache } from '../phone/sipp.ts';
import { PortStretch } from './ports.ts';

/** How many ports it relays from. */
const relayPorts = 50;
const startMs = 30_000;

/** Real coturn, set as the operator's guide has it: with a secret that it shares with the exchange. */
export interface TurnServer {
  /** As browsers are told, over TCP. */
  readonly url: string;
  readonly secret: string;
  /** The names of those it let in, in order. */
  letIn(): string[];
  stop(): Promise<void>;
}

export async function startTurnServer(): Promise<TurnServer> {
  const root = await ensureRuntime({ cache: runtimeCache() }, 'test', () => undefined);
  const ports = await PortStretch.claim();
  const folder = mkdtempSync(join(tmpdir(), 'uira-turn-'));
  const secret = 'segredo-do-teste';
  const first = ports.first + 1;
  const settings: Readonly<Record<string, string | number>> = {
    'static-auth-secret': secret,
    realm: 'provedor.example',
    'listening-ip': '127.0.0.1',
    'listening-port': ports.first,
    'relay-ip': ownAddress(),
    'min-port': first,
    'max-port': first + relayPorts - 1,
    'log-file': 'stdout',
    pidfile: `${folder}/pid`,
    userdb: `${folder}/users`,
  };
  const switches = [
    '-n',
    '--use-auth-secret',
    '--allow-loopback-peers',
    '--no-tls',
    '--no-cli',
    '--verbose',
    '--simple-log',
  ];
  const valued = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
  const { file, args, env } = runtimeCommand(root, 'turnserver', [...switches, ...valued]);
  const child = spawn(file, args, { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const closed = once(child, 'close');
  for (const tooLate = Date.now() + startMs; !output.includes('listener opened on'); await sleep(20)) {
    if (child.exitCode === null && Date.now() < tooLate) continue;
    child.kill('SIGKILL');
    throw new Error(`coturn did not start: ${output}`);
  }
  return {
    url: `turn:127.0.0.1:${ports.first}?transport=tcp`,
    secret,
    letIn: () => [...output.matchAll(/allocation new, .*username=<(.*?)>/g)].map(([, name = '']) => name),
    async stop() {
      child.kill('SIGTERM');
      await closed;
      ports.release();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An address by which this machine is reached from elsewhere, and the exchange by who is relayed. */
function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((cards = []) => cards);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}
