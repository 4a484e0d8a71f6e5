import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../kernel/errors.ts';
import { takePidLock } from '../../../kernel/pid-lock.ts';
import { type AptRun, runApt, runQuietly } from './apt.ts';
import {
  type Architecture,
  compareVersions,
  downloadArguments,
  minimumAsterisk,
  packagesOf,
  type RuntimeSet,
  renderAptConf,
  renderSources,
  type Suite,
  suites,
} from './packages.ts';
import { type RuntimeRoot, rootAt } from './runtime-root.ts';

/** Told what goes on, in a few words; `percent` where it is known. */
export type Progress = (what: string, percent?: number) => void;

/** Written last into a root, so that a folder that has it is whole. */
interface Manifest {
  readonly suite: Suite;
  /** `name_version_arch` of every package in it. */
  readonly packages: readonly string[];
}

const manifestFile = 'uirapuru-runtime.json';

/** Debian's keys, under the names the keyring package has had. */
const keyrings = [
  '/usr/share/keyrings/debian-archive-keyring.pgp',
  '/usr/share/keyrings/debian-archive-keyring.gpg',
  '/etc/apt/trusted.gpg.d/debian-archive-keyring.gpg',
];

/** Where a set is, or would be. Its name follows from the recipe: a changed recipe never finds an old folder. */
export function runtimePath(cache: string, set: RuntimeSet): string {
  const recipe = JSON.stringify([packagesOf[set], set === 'telephony' ? minimumAsterisk : '']);
  const hash = createHash('sha256').update(recipe).digest('hex').slice(0, 8);
  return join(cache, 'runtime', `${set}-${process.arch}-${hash}`);
}

/** The set if it has been fetched; nothing is downloaded. */
export function findRuntime(cache: string, set: RuntimeSet): RuntimeRoot | undefined {
  const root = rootAt(runtimePath(cache, set));
  return root !== undefined && existsSync(join(root.path, manifestFile)) ? root : undefined;
}

/** What the root holds: suite and packages with versions. */
export async function readManifest(root: RuntimeRoot): Promise<Manifest> {
  return JSON.parse(await readFile(join(root.path, manifestFile), 'utf8')) as Manifest;
}

/**
 * The set's programs, fetched from Debian when they are not in the cache yet. Needs apt, but not root, and changes
 * nothing on the machine outside `cache`. Safe to call from several processes; a killed download goes on where it was.
 * @throws AppError `missing_part` with what to install, when they cannot be had here; `disk_full`, `no_permission`.
 */
export async function ensureRuntime(
  config: { readonly cache: string },
  set: RuntimeSet,
  progress: Progress,
): Promise<RuntimeRoot> {
  const found = findRuntime(config.cache, set);
  if (found !== undefined) return found;
  const root = rootAt(runtimePath(config.cache, set));
  if (root === undefined) {
    throw new AppError(
      'missing_part',
      `The telephone parts come as Debian packages for Linux on x64 or arm64, and this is ${process.platform} on ${process.arch}. ` +
        'Point ASTERISK_ARI_URL at an Asterisk elsewhere.',
    );
  }
  const lockPath = join(config.cache, `${set}.lock`);
  await madeFolder(config.cache);
  for (;;) {
    const lock = takePidLock(lockPath);
    if ('release' in lock) {
      try {
        // Another start may have finished it while we waited.
        if (findRuntime(config.cache, set) === undefined) await fetchSet(config.cache, set, root, progress);
        return root;
      } finally {
        lock.release();
      }
    }
    progress(`Waiting for another start (process ${lock.heldBy.pid}) that is fetching the same parts`);
    await sleep(1000);
  }
}

async function fetchSet(cache: string, set: RuntimeSet, root: RuntimeRoot, progress: Progress): Promise<void> {
  const keyring = keyrings.find((path) => existsSync(path));
  if (keyring === undefined) {
    throw new AppError(
      'missing_part',
      'The telephone parts come from Debian, whose signing keys are not on this machine. ' +
        'Install the package debian-archive-keyring, or set UIRAPURU_ASTERISK or ASTERISK_ARI_URL.',
    );
  }
  const failures: string[] = [];
  for (const suite of suites) {
    const folder = join(cache, 'download', `${set}-${suite}`);
    const outcome = await download(folder, set, suite, keyring, root.architecture, progress);
    if (outcome.ok) {
      await unpack(folder, suite, root, progress);
      await rm(folder, { recursive: true, force: true });
      return;
    }
    failures.push(`${suite}: ${outcome.reason}`);
  }
  throw new AppError(
    'missing_part',
    `The telephone parts could not be fetched from Debian (${failures.join('; ')}). ` +
      'Check the connection to deb.debian.org and start again; `npm run doctor` tells more.',
    { failures },
  );
}

async function download(
  folder: string,
  set: RuntimeSet,
  suite: Suite,
  keyring: string,
  architecture: Architecture,
  progress: Progress,
): Promise<AptRun> {
  const place = { folder, suite, keyring, debianArch: architecture.debian };
  await madeFolder(join(folder, 'state/lists/partial'));
  await madeFolder(join(folder, 'cache/archives/partial'));
  await madeFolder(join(folder, 'log'));
  const conf = join(folder, 'apt.conf');
  await writeFile(join(folder, 'status'), '');
  await writeFile(join(folder, 'debian.sources'), renderSources(place));
  await writeFile(conf, renderAptConf(place));
  progress(`Reading Debian's list of packages (${suite})`);
  const update = await runApt(['-c', conf, '-q', 'update']);
  if (!update.ok) return update;
  if (set === 'telephony') {
    const version = await candidate(conf, 'asterisk');
    if (version === undefined || compareVersions(version, minimumAsterisk) < 0) {
      return { ok: false, reason: `has Asterisk ${version ?? 'nowhere'}, and ${minimumAsterisk} is needed` };
    }
  }
  progress('Downloading the telephone parts', 0);
  return await runApt(downloadArguments(conf, packagesOf[set]), (percent) =>
    progress('Downloading the telephone parts', percent),
  );
}

async function candidate(conf: string, name: string): Promise<string | undefined> {
  const output = await runQuietly('apt-cache', ['-c', conf, 'policy', name]);
  return /Candidate: (\S+)/.exec(output)?.[1];
}

async function unpack(folder: string, suite: Suite, root: RuntimeRoot, progress: Progress): Promise<void> {
  const archives = join(folder, 'cache/archives');
  const packages = (await readdir(archives)).filter((name) => name.endsWith('.deb'));
  const unfinished = `${root.path}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await madeFolder(unfinished);
  let done = 0;
  const waiting = packages.values();
  const worker = async (): Promise<void> => {
    for (const name of waiting) {
      await runQuietly('dpkg-deb', ['-x', join(archives, name), unfinished]);
      progress('Unpacking', (++done / packages.length) * 100);
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));
  // Unpacked by root, `passwd` and its like would be set-uid programs outside of the machine's package list.
  await runQuietly('find', [unfinished, '-perm', '/6000', '-exec', 'chmod', 'a-s', '{}', '+']);
  const manifest: Manifest = { suite, packages: packages.map((name) => decodeURIComponent(name.slice(0, -4))) };
  await writeFile(join(unfinished, manifestFile), JSON.stringify(manifest, undefined, 1));
  await rm(root.path, { recursive: true, force: true });
  await rename(unfinished, root.path);
}

async function madeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw new AppError(
      'no_permission',
      `The folder ${path} for the telephone parts cannot be made (${(error as Error).message}). Set UIRAPURU_CACHE to a folder you may write to.`,
      { path },
      error,
    );
  }
}
