import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The module that takes REFER. */
const referModule = 'res_pjsip_refer.so';

/**
 * Asterisk before 22.11 crashes when a phone's REFER has a `Refer-Sub` header and we are asked what becomes of the transfer
 * (https://github.com/asterisk/asterisk/issues/2021): any phone that knows its password could end every call. The module looks the
 * header up by this name, which stands in it once. Under another name it is never found, and Asterisk does what RFC 4488 section 4 has
 * for whoever does not know the header: it reports on the transfer nevertheless.
 */
const [lookedUp, neverSent] = ['Refer-Sub\0', 'Refer-Nix\0'] as const;

/**
 * Makes a folder of links to Asterisk's modules, but for the one that must be changed.
 * @param from where the modules are; @param to made anew
 */
export async function ownModules(from: string, to: string): Promise<void> {
  const making = `${to}.unfinished`;
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { mode: 0o700 });
  for (const name of await readdir(from)) {
    if (name === referModule) await writeFile(join(making, name), withoutCrash(await readFile(join(from, name))));
    else await symlink(join(from, name), join(making, name));
  }
  await rm(to, { recursive: true, force: true });
  await rename(making, to);
}

/** The module with the name replaced; one in which it does not stand just once is another one, and left alone. */
function withoutCrash(module: Buffer): Buffer {
  const at = module.indexOf(lookedUp, 0, 'latin1');
  if (at < 0 || module.indexOf(lookedUp, at + 1, 'latin1') >= 0) return module;
  const changed = Buffer.from(module);
  changed.write(neverSent, at, 'latin1');
  return changed;
}
