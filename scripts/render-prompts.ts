/**
 * `npm run prompts`: renders what `prompts/pt-BR.yaml` and the spoken numbers need into `prompts/pt-BR/`, only what
 * changed, and removes what is no longer said. `npm run -s prompts -- --list` prints every name with its text instead:
 * what a studio records.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { readConfig } from '../src/config.ts';
import { allRecordings, readCatalogue } from '../src/ivr/speech/catalogue.ts';
import { extensions, render } from '../src/ivr/speech/encode.ts';
import { type Manifest, manifestOf } from '../src/ivr/speech/manifest.ts';
import { promptsFolder } from '../src/ivr/speech/plugin.ts';
import { rhvoice } from '../src/ivr/speech/voice.ts';
import { asAppError, errorTable } from '../src/kernel/errors.ts';
import { ensureRuntime } from '../src/telephony/asterisk/runtime/fetch-runtime.ts';
import { runtimeCommand } from '../src/telephony/asterisk/runtime/runtime-root.ts';

const folder = join(promptsFolder, 'pt-BR');
const manifestPath = join(folder, 'manifest.json');
const rendersAtOnce = 2;

const recordings = () => allRecordings(readCatalogue(join(promptsFolder, 'pt-BR.yaml')));

function list(): void {
  for (const { name, text } of recordings()) console.log(`${name}\t${text}`);
}

async function renderAll(): Promise<void> {
  const { cache } = readConfig(process.env);
  const root = await ensureRuntime({ cache }, 'telephony', (what, percent) => console.log(`${what} ${percent ?? ''}`));
  const voice = rhvoice((args) => runtimeCommand(root, 'rhvoice', args));
  const sox = (args: readonly string[]) => runtimeCommand(root, 'sox', args);

  const all = recordings();
  const wanted = manifestOf(all, voice.name);
  const done: Record<string, string> = { ...(await readManifest()) };
  const missing = all.filter(({ name }) => done[name] !== wanted[name] || !hasFiles(name));
  console.log(`${all.length} recordings, ${missing.length} to render.`);

  try {
    const queue = [...missing];
    const renderQueue = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        await render(next, join(folder, next.name), voice, sox, AbortSignal.timeout(60_000));
        done[next.name] = wanted[next.name]!;
      }
    };
    await Promise.all(Array.from({ length: rendersAtOnce }, renderQueue));
  } finally {
    const kept = Object.entries(done).filter(([name]) => name in wanted);
    const sorted = Object.fromEntries(kept.toSorted(([a], [b]) => (a < b ? -1 : 1)));
    await writeFile(manifestPath, `${JSON.stringify(sorted, undefined, 2)}\n`);
  }
  const { bytes, removed } = await removeOthers(wanted);
  console.log(`${missing.length} rendered, ${removed} removed; ${(bytes / 1e6).toFixed(1)} MB in ${folder}.`);
}

async function readManifest(): Promise<Manifest> {
  return existsSync(manifestPath) ? (JSON.parse(await readFile(manifestPath, 'utf8')) as Manifest) : {};
}

function hasFiles(name: string): boolean {
  return extensions.every((extension) => existsSync(join(folder, `${name}.${extension}`)));
}

/** Removes sounds that nothing says any more, and counts the bytes of the others. */
async function removeOthers(wanted: Manifest): Promise<{ bytes: number; removed: number }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sounds = entries.filter((entry) => extensions.some((extension) => entry.name.endsWith(`.${extension}`)));
  let bytes = 0;
  let removed = 0;
  for (const entry of sounds) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).replace(/\.[^.]+$/, '');
    if (name in wanted) {
      bytes += (await stat(path)).size;
    } else {
      await rm(path);
      removed += 1;
    }
  }
  return { bytes, removed };
}

try {
  if (process.argv.includes('--list')) list();
  else await renderAll();
} catch (error) {
  const { message, code } = asAppError(error);
  console.error(message);
  process.exitCode = errorTable[code].exit;
}
