import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { nodeProgram, repository } from './paths.mjs';

/**
 * Installs the dependencies when they are missing or not those of package-lock.json.
 * @returns {Promise<boolean>} false when that failed; a sentence was printed.
 */
export async function installDependencies() {
  if (dependenciesMatch()) return true;
  const lock = takeLock();
  if (lock === undefined) {
    console.error('Another start is installing the dependencies of this checkout. Wait for it and start again.');
    return false;
  }
  try {
    return await npmCi();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Whether what npm noted in node_modules is what the lockfile asks for; parts for other machines may be missing. */
function dependenciesMatch() {
  if (!existsSync(nodeProgram)) return false;
  const wanted = packagesOf('package-lock.json');
  const installed = packagesOf('node_modules/.package-lock.json');
  if (wanted === undefined || installed === undefined) return false;
  return Object.keys(wanted).every((path) => {
    if (path === '') return true;
    const found = installed[path];
    return found === undefined ? wanted[path].optional === true : found.version === wanted[path].version;
  });
}

function packagesOf(lockfile) {
  try {
    return JSON.parse(readFileSync(join(repository, lockfile), 'utf8')).packages;
  } catch {
    return undefined; // Missing or cut off: npm is asked to put it right.
  }
}

/** Two installations at once would pull node_modules from under each other. */
function takeLock() {
  const hash = createHash('sha256').update(repository).digest('hex').slice(0, 12);
  const path = join(tmpdir(), `uirapuru-npm-${hash}.lock`);
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      return path;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = Number(readFileSync(path, 'utf8'));
    if (holder > 0 && existsSync(`/proc/${holder}`)) return undefined;
    rmSync(path, { force: true });
  }
  return undefined;
}

function npmCi() {
  return new Promise((resolve) => {
    const startedAt = Date.now();
    const npm = npmCommand();
    const child = spawn(
      npm.file,
      [...npm.args, 'ci', '--include=dev', '--no-audit', '--no-fund', '--ignore-scripts=false'],
      {
        cwd: repository,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let said = '';
    const listen = (chunk) => {
      said = (said + chunk).slice(0, 4000);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    const stopShowing = showProgress(startedAt);
    child.on('error', (error) => {
      stopShowing();
      console.error(`npm could not be run (${error.message}). Install npm 9 or later and start again.`);
      resolve(false);
    });
    child.on('close', (code) => {
      stopShowing();
      const complete = code === 0 && existsSync(nodeProgram);
      if (complete) console.log(`Dependencies installed (${Math.round((Date.now() - startedAt) / 1000)} s).`);
      else {
        // npm's own usage follows its reasons; they come first.
        console.error(said.trim().split('\n').slice(0, 12).join('\n'));
        console.error('The dependencies could not be installed; npm says why above. Put it right and start again.');
      }
      resolve(complete);
    });
  });
}

/** The npm that started us, so that the one the user chose is used. */
function npmCommand() {
  const path = process.env.npm_execpath;
  const isNpm = path !== undefined && basename(path).startsWith('npm') && path.endsWith('.js');
  return isNpm ? { file: process.execPath, args: [path] } : { file: 'npm', args: [] };
}

function showProgress(startedAt) {
  const what = 'Installing the dependencies, once for this checkout';
  if (!process.stdout.isTTY) {
    console.log(`${what} ...`);
    return () => {};
  }
  const show = () => process.stdout.write(`\r${what}: ${Math.round((Date.now() - startedAt) / 1000)} s `);
  show();
  const timer = setInterval(show, 1000);
  return () => {
    clearInterval(timer);
    process.stdout.write('\r\u001b[K');
  };
}
