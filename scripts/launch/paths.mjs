import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The Node that runs the TypeScript; it comes with the dependencies. */
export const nodeProgram = join(repository, 'node_modules/node/bin/node');

/** Arguments of that Node, before the file. */
export const nodeArguments = ['--disable-warning=ExperimentalWarning'];

/**
 * Arguments for the control plane besides. V8 thinks of 4 GB and lets its heap grow accordingly: under 60 calls a second it
 * came to hold 316 MB, of which a fifth was needed; so bounded it holds 236 MB. It collects young garbage by itself: with
 * helpers it waits for threads that get no processor on a busy machine, by which callers waited a tenth of a second now
 * and then (docs/benchmarks.md).
 */
export const controlPlaneArguments = ['--max-semi-space-size=16', '--max-old-space-size=512', '--no-parallel-scavenge'];

/** Compiled code is kept with the dependencies, which makes a second start a third quicker. */
export function nodeEnvironment() {
  return { NODE_COMPILE_CACHE: join(repository, 'node_modules/.cache/node'), ...process.env };
}
