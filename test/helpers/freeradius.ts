import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config.ts';
import { ensureRuntime } from '../../src/telephony/asterisk/runtime/fetch-runtime.ts';
import { type RuntimeRoot, runtimeCommand } from '../../src/telephony/asterisk/runtime/runtime-root.ts';
import { administer } from './administer.ts';
import { databaseName } from './database-url.ts';

/** Real FreeRADIUS, as a provider's server and as a concentrator, from Debian's packages and without root. */

const secret = 'segredo-do-teste';

export interface RadiusServer {
  /** Has the concentrator's accounting say it; resolves when FreeRADIUS confirmed that it is written. */
  account(attributes: Readonly<Record<string, string | number>>): Promise<void>;
  /** Dials in; the reply's attributes as `radclient` prints them, or undefined when the login is refused. */
  dialIn(attributes: Readonly<Record<string, string>>): Promise<string | undefined>;
  stop(): Promise<void>;
}

export interface RadiusNas {
  readonly port: number;
  readonly secret: string;
  /** The requests it has worked on: what was asked, for whom, which session. */
  asked(): Promise<string[]>;
  stop(): Promise<void>;
}

/** A provider's FreeRADIUS on a database of ours: user and module `sql` are as the operator's guide has them. */
export async function startRadiusServer(databaseUrl: string): Promise<RadiusServer> {
  const { grants, sqlModule, role } = await guideFor(databaseUrl);
  await administer(databaseUrl, grants);
  const [auth = 0, acct = 0] = await freeUdpPorts(2);
  const root = await runtime();
  const raddb = join(root.path, 'etc/freeradius/3.0');
  const server = await startFreeradius(root, [
    `modconfdir = ${raddb}/mods-config`,
    `policy {\n$INCLUDE ${raddb}/policy.d/accounting\n}`,
    `modules {\nexpr {\n}\npap {\n}\n${sqlModule}\n}`,
    `server default {
      listen {\n type = auth\n ipaddr = 127.0.0.1\n port = ${auth}\n }
      listen {\n type = acct\n ipaddr = 127.0.0.1\n port = ${acct}\n }
      authorize {\n sql\n pap\n }
      authenticate {\n Auth-Type PAP {\n pap\n }\n }
      preacct {\n acct_unique\n }
      accounting {\n sql\n }
      post-auth {\n sql\n Post-Auth-Type REJECT {\n sql\n }\n }
    }`,
  ]);
  const client = async (kind: 'auth' | 'acct', port: number, attributes: Readonly<Record<string, string | number>>) => {
    const dictionaries = join(root.path, 'usr/share/freeradius');
    const line = ['-D', dictionaries, '-r', '1', '-t', '5', '-x', `127.0.0.1:${port}`, kind, secret];
    const { file, args, env } = runtimeCommand(root, 'radclient', line);
    const child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stdin.end(
      Object.entries(attributes)
        .map(([name, value]) => `${name} = "${value}"\n`)
        .join(''),
    );
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    return `${output}radclient ended with ${signal ?? code}\n`;
  };
  return {
    async account(attributes) {
      let output = '';
      // As a concentrator does, it is repeated while nobody confirms it: radclient was once seen to end before its answer.
      for (let tries = 0; tries < 3 && !output.includes('Received Accounting-Response'); tries++) {
        output += await client('acct', acct, attributes);
      }
      if (!output.includes('Received Accounting-Response')) throw new Error(`${output}\n${server.log()}`);
    },
    async dialIn(attributes) {
      const output = await client('auth', auth, attributes);
      if (output.includes('Received Access-Reject')) return undefined;
      const [, reply] = output.split('Received Access-Accept');
      if (reply === undefined) throw new Error(`${output}\n${server.log()}`);
      return reply;
    },
    async stop() {
      await server.stop();
      await administer(databaseUrl, `drop owned by ${role}; drop role ${role}`);
    },
  };
}

/** What `docs/operating.md` tells an operator to run and to write, with this database and a user of its own in it. */
async function guideFor(databaseUrl: string) {
  const guide = await readFile(new URL('../../docs/operating.md', import.meta.url), 'utf8');
  const block = (begin: RegExp) => {
    const text = guide.split('```').find((part) => begin.test(part));
    if (text === undefined) throw new Error(`docs/operating.md has no block with ${begin.source}`);
    return text.slice(text.indexOf('\n'));
  };
  const role = `radius_${randomBytes(6).toString('hex')}`;
  const { hostname, port, searchParams } = new URL(databaseUrl);
  const place = `host=${searchParams.get('host') ?? hostname} port=${port || 5432} dbname=${databaseName(databaseUrl)}`;
  return {
    role,
    grants: block(/^sql\ncreate role/).replaceAll(/\bradius\b/g, role),
    sqlModule: block(/^conf\nsql \{/)
      .replace('host=127.0.0.1 dbname=uirapuru', place)
      .replace('user=radius ', `user=${role} `),
  };
}

/**
 * A concentrator that has every session but those whose id begins with `gone`; it never answers about `mute`, and
 * about `odd` it says that something is missing.
 */
export async function startNas(): Promise<RadiusNas> {
  const [port = 0] = await freeUdpPorts(1);
  const server = await startFreeradius(await runtime(), [
    `modules {
      always ok {\n rcode = ok\n }
      always reject {\n rcode = reject\n }
      always handled {\n rcode = handled\n }
      linelog {
        filename = \${logdir}/asked.txt
        format = "%{Packet-Type} %{User-Name} %{Acct-Session-Id} %{NAS-IP-Address} %{Framed-IP-Address}"
      }
    }`,
    `server nas {
      listen {\n type = coa\n ipaddr = 127.0.0.1\n port = ${port}\n }
      recv-coa {
        linelog
        if (&Acct-Session-Id =~ /^gone/) {
          update reply {\n Error-Cause := Session-Context-Not-Found\n }
          reject
        }
        elsif (&Acct-Session-Id =~ /^odd/) {
          update reply {\n Error-Cause := Missing-Attribute\n }
          reject
        }
        elsif (&Acct-Session-Id =~ /^mute/) {
          update control {\n Response-Packet-Type := Do-Not-Respond\n }
          handled
        }
        else {\n ok\n }
      }
    }`,
  ]);
  return {
    port,
    secret,
    asked: async () => (await server.read('asked.txt')).split('\n').filter((line) => line !== ''),
    stop: () => server.stop(),
  };
}

async function runtime(): Promise<RuntimeRoot> {
  return ensureRuntime({ cache: readConfig(process.env).cache }, 'test', () => undefined);
}

async function startFreeradius(root: RuntimeRoot, sections: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'uira-radius-'));
  const configuration = [
    `libdir = ${join(root.path, 'usr/lib/freeradius')}`,
    `logdir = ${folder}`,
    `run_dir = ${folder}`,
    'security {\n allow_core_dumps = no\n reject_delay = 0\n status_server = no\n}',
    'thread pool {\n start_servers = 1\n max_servers = 4\n min_spare_servers = 1\n max_spare_servers = 2\n max_requests_per_server = 0\n}',
    `client here {\n ipaddr = 127.0.0.1\n secret = ${secret}\n require_message_authenticator = no\n}`,
    ...sections,
  ];
  await writeFile(join(folder, 'radiusd.conf'), configuration.join('\n'), { mode: 0o600 });
  const line = ['-d', folder, '-D', join(root.path, 'usr/share/freeradius'), '-f', '-l', 'stdout'];
  const { file, args, env } = runtimeCommand(root, 'freeradius', line);
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  let log = '';
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        log += chunk.toString();
        if (log.includes('Ready to process requests')) resolve();
      });
    }
    child.once('close', () => reject(new Error(`FreeRADIUS ended: ${log}`)));
  });
  return {
    log: () => log,
    async read(name: string): Promise<string> {
      try {
        return await readFile(join(folder, name), 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
        throw error;
      }
    },
    async stop() {
      process.removeListener('exit', end);
      await stopped(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  await closed;
}

/** Ports that nobody listens on now: all are held until the last is found. */
async function freeUdpPorts(count: number): Promise<number[]> {
  const sockets = Array.from({ length: count }, () => createSocket('udp4'));
  const ports: number[] = [];
  for (const socket of sockets) {
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    ports.push(socket.address().port);
  }
  for (const socket of sockets) socket.close();
  return ports;
}
