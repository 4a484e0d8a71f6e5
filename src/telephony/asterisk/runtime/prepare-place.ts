import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, symlink, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runFolder } from '../../../kernel/run-folder.ts';
import type { AsteriskProgram } from './asterisk-program.ts';
import { trustedAuthorities } from './authorities.ts';
import { type CertificateFiles, ensureCertificate } from './certificate.ts';
import { type AsteriskPlace, renderConfiguration } from './configuration.ts';
import { outsideOf } from './outside.ts';
import { ownModules } from './own-modules.ts';
import { listOwnMusic } from './own-music.ts';

/** The settings Asterisk needs; `Config` has them all. */
export interface AsteriskSettings {
  readonly home: string;
  readonly cache: string;
  readonly bind: string;
  readonly sipPort: number;
  readonly sipTlsPort: number;
  readonly wssPort: number;
  readonly rtpPorts: { readonly first: number; readonly last: number };
  readonly asteriskProgram?: string | undefined;
  /** The operator's own; the home's when left out. */
  readonly certificate?: CertificateFiles | undefined;
  /** A PEM file of authorities that are trusted besides those that everybody trusts. */
  readonly authorities?: string | undefined;
  /** Whether a trunk's server must prove by its certificate who it is; it must when left out. */
  readonly verifyTrunks?: boolean;
  readonly externalAddress?: string | undefined;
  readonly localNets?: readonly string[];
  readonly stunServer?: string | undefined;
}

const prompts = fileURLToPath(new URL('../../../../prompts', import.meta.url));

/** How the control plane reaches ARI; kept in the home so that a later control plane finds a living Asterisk. */
interface AriAccess {
  readonly port: number;
  readonly password: string;
}

/** Makes the folders and secrets of one home's Asterisk; those of an earlier start stay. */
export async function preparePlace(settings: AsteriskSettings): Promise<AsteriskPlace> {
  const base = join(settings.home, 'asterisk');
  const folder = async (...names: string[]): Promise<string> => {
    const path = join(base, ...names);
    await mkdir(path, { recursive: true, mode: 0o700 });
    return path;
  };
  const logs = join(settings.home, 'logs', 'asterisk');
  await mkdir(logs, { recursive: true, mode: 0o700 });
  const data = await folder('data');
  await folder('data', 'sounds');
  await folder('data', 'keys');
  const spool = await folder('spool');
  await folder('spool', 'recording');
  const ownMusic = join(settings.home, 'music');
  await listOwnMusic(ownMusic);
  const access = await ariAccess(join(base, 'ari.json'));
  const certificate = await ensureCertificate(settings);
  return {
    etc: await folder('etc'),
    data,
    modules: join(base, 'modules'),
    database: await folder('database'),
    spool,
    logs,
    run: runFolder(settings.home, 'asterisk'),
    endsFile: join(spool, 'ends.csv'),
    music: join(prompts, 'music'),
    ownMusic,
    certificate: certificate.certificate,
    privateKey: certificate.privateKey,
    ariPort: access.port,
    ariPassword: access.password,
    bind: settings.bind,
    sipPort: settings.sipPort,
    sipTlsPort: settings.sipTlsPort,
    wssPort: settings.wssPort,
    rtpPorts: settings.rtpPorts,
    trustedAuthorities: await trustedAuthorities(settings.authorities),
    verifyTrunks: settings.verifyTrunks ?? true,
    outside: outsideOf(settings),
    maxFiles: openFilesLimit(),
  };
}

/** Writes the configuration for a program about to be started; gives the path for its `-C`. */
export async function writeConfiguration(place: AsteriskPlace, program: AsteriskProgram): Promise<string> {
  await link(program.documentation, join(place.data, 'documentation'));
  await link(join(prompts, 'pt-BR'), join(place.data, 'sounds', 'uirapuru'));
  await ownModules(program.modules, place.modules);
  const files = renderConfiguration(place);
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(place.etc, name), content, { mode: 0o600 });
  }
  return join(place.etc, 'asterisk.conf');
}

async function ariAccess(path: string): Promise<AriAccess> {
  let known: AriAccess | undefined;
  try {
    known = JSON.parse(await readFile(path, 'utf8')) as AriAccess;
  } catch (error) {
    if (!(error instanceof SyntaxError) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (known !== undefined) return known;
  const made: AriAccess = { port: await freePort(), password: randomBytes(24).toString('base64url') };
  await writeAccess(path, made);
  return made;
}

/** Another program took ARI's port while Asterisk was down: another port. */
export async function withFreeAriPort(settings: AsteriskSettings, place: AsteriskPlace): Promise<AsteriskPlace> {
  if (await isFree(place.ariPort)) return place;
  const ariPort = await freePort();
  await writeAccess(join(settings.home, 'asterisk', 'ari.json'), { port: ariPort, password: place.ariPassword });
  return { ...place, ariPort };
}

async function writeAccess(path: string, access: AriAccess): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(access), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

function listen(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : undefined));
    });
  });
}

async function freePort(): Promise<number> {
  const port = await listen(0);
  if (port === undefined) throw new Error('The system gave no port');
  return port;
}

async function isFree(port: number): Promise<boolean> {
  return (await listen(port)) !== undefined;
}

async function link(target: string, path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await symlink(target, path);
}

/** What this user may have at most, of what 1,000 calls would need. */
function openFilesLimit(): number {
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  const most = hard === undefined || hard === 'unlimited' ? 65_536 : Number(hard);
  return Math.min(65_536, most);
}
