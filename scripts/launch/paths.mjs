import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The Node that runs the TypeScript; it comes with the dependencies. */
export const nodeProgram = join(repository, 'node_modules/node/bin/node');

/** Arguments of that Node, before the file. */
export const nodeArguments = ['--disable-warning=ExperimentalWarning'];

/** Compiled code is kept with the dependencies, which makes a second start a third quicker. */
export function nodeEnvironment() {
  return { NODE_COMPILE_CACHE: join(repository, 'node_modules/.cache/node'), ...process.env };
}
