import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { homesFolder } from './homes-folder.ts';
import { TestSystem } from './system.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A home that was started once, with its demo data; to be copied. */
    templateHome: string;
  }
}

/**
 * Starts the system once on a new home, which each test file then begins with a copy of: a first start takes six seconds of
 * both cores, a copy and a second start one. The projects of a run share it.
 */
export default async function setup(project: TestProject): Promise<() => void> {
  const home = join(homesFolder(), `uira-template-${process.pid}`);
  const remove = () => rmSync(home, { recursive: true, force: true });
  if (!existsSync(home))
    await startOnce(home).catch((error: unknown) => {
      remove();
      throw error;
    });
  project.provide('templateHome', home);
  return remove;
}

async function startOnce(home: string): Promise<void> {
  mkdirSync(home, { mode: 0o700 });
  const system = await TestSystem.startNew({}, home);
  await system.leave();
  // Each copy chooses a port and a password of its own.
  rmSync(join(home, 'asterisk', 'ari.json'));
}
