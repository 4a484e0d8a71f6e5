import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AriHttp } from '../ari-http.ts';
import { comfort } from '../unserved.ts';
import type { AriAddress } from './asterisk-process.ts';
import { ariUser } from './configuration.ts';
import { dialplan } from './dialplan.ts';
import { externalAri } from './external-ari.ts';

/** A start waits no longer for it, but so long on a busy machine: loading the program would hold it up. */
const withinMs = 1_500;

/**
 * Lets callers hear music whom a control plane that is gone left in Asterisk, until they are served again. Never rejects:
 * an Asterisk that does not answer is looked after by the start itself.
 */
export async function comfortCallers(settings: {
  readonly home: string;
  readonly asteriskAriUrl: string | undefined;
}): Promise<void> {
  const given = new AbortController();
  try {
    const address = await addressOf(settings);
    if (address === undefined) return;
    const comforted = comfort(new AriHttp(address), dialplan.application);
    await Promise.race([comforted, sleep(withinMs, undefined, { signal: given.signal })]);
  } catch {
    // Asterisk is not there either, and its callers are gone.
  } finally {
    given.abort();
  }
}

/** Of an Asterisk that may have calls; a home's own is written down when it is started. */
async function addressOf(settings: Parameters<typeof comfortCallers>[0]): Promise<AriAddress | undefined> {
  if (settings.asteriskAriUrl !== undefined) return externalAri(settings.asteriskAriUrl);
  const folder = join(settings.home, 'asterisk');
  if (!existsSync(join(folder, 'process.json'))) return undefined;
  const { port, password } = JSON.parse(await readFile(join(folder, 'ari.json'), 'utf8')) as {
    port: number;
    password: string;
  };
  return { ariUrl: `http://127.0.0.1:${port}/ari`, user: ariUser, password };
}
