import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../../src/config.ts';
import type { Extension } from '../../../src/exchange/schemas.ts';
import { objectsOf } from '../../../src/telephony/asterisk/provisioning.ts';
import { findAsterisk } from '../../../src/telephony/asterisk/runtime/asterisk-program.ts';
import { renderConfiguration } from '../../../src/telephony/asterisk/runtime/configuration.ts';
import { asteriskModules } from '../../../src/telephony/asterisk/runtime/modules.ts';
import { preparePlace, writeConfiguration } from '../../../src/telephony/asterisk/runtime/prepare-place.ts';

/** What a plain dialplan needs besides the channel driver and the sounds. */
const dialplanModules = ['res_curl', 'func_curl', 'func_json', 'app_read', 'res_agi', 'res_speech', 'app_mixmonitor'];

/** Neither ARI nor anything that serves it: the peers are not slowed by what they do not use. */
const modules = [...asteriskModules.filter((name) => !/ari|stasis|websocket/.test(name)), ...dialplanModules];

export interface PeerAsterisk {
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * Starts the same Asterisk build as ours, on a configuration folder of its own.
 * @param phones what may register
 * @param dialplan `extensions.conf`
 * @param more what this peer needs besides
 */
export async function startPeerAsterisk(
  config: Config,
  phones: readonly Extension[],
  dialplan: string,
  more: { readonly modules?: readonly string[]; readonly files?: Readonly<Record<string, string>> } = {},
): Promise<PeerAsterisk> {
  const program = await findAsterisk(config, () => undefined);
  const place = await preparePlace(config);
  const configuration = await writeConfiguration(place, program);
  const files = {
    'modules.conf': `[modules]\nautoload = no\n${[...modules, ...(more.modules ?? [])].map((name) => `require = ${name}.so`).join('\n')}\n`,
    'sorcery.conf': '; Objects of PJSIP are in pjsip.conf.\n',
    'pjsip.conf': `${renderConfiguration(place)['pjsip.conf']?.replace(/\[transport-(tcp|wss)\][^[]*/g, '') ?? ''}\n${phones.map(pjsipObjects).join('\n')}`,
    'extensions.conf': dialplan,
    ...more.files,
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(place.etc, name), content);
  mkdirSync(join(place.data, 'agi-bin'), { recursive: true });
  chmodSync(place.data, 0o755);
  const { file, args, env } = program.command(['-f', '-C', configuration]);
  const child = spawn(file, args, { cwd: place.spool, env: { ...env, HOME: place.data }, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await fullyBooted(program.command(['-C', configuration, '-rx', 'core waitfullybooted']));
  if (child.pid === undefined || child.exitCode !== null)
    throw new Error(`The peer's Asterisk did not start; see ${place.logs}`);
  return {
    pid: child.pid,
    async stop() {
      child.kill('SIGTERM');
      await Promise.race([ended, sleep(3_000).then(() => child.kill('SIGKILL'))]);
    },
  };
}

/** The same objects that ours pushes over ARI. */
function pjsipObjects(phone: Extension): string {
  const { auth, aor, endpoint } = objectsOf(phone, { tenantId: 1, domain: null });
  const section = (type: string, attributes: Readonly<Record<string, string>>): string =>
    `[${phone.number}]\ntype = ${type}\n${Object.entries(attributes)
      .map(([name, value]) => `${name} = ${value}`)
      .join('\n')}\n`;
  return [section('auth', auth), section('aor', aor), section('endpoint', endpoint)].join('\n');
}

async function fullyBooted(command: { file: string; args: string[]; env: Record<string, string> }): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const said = await new Promise<string>((resolve) => {
      const child = spawn(command.file, command.args, { env: command.env, stdio: ['ignore', 'pipe', 'ignore'] });
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      child.on('close', () => resolve(output));
    });
    if (said.includes('fully booted')) return;
    await sleep(100);
  }
  throw new Error("The peer's Asterisk did not become ready");
}
