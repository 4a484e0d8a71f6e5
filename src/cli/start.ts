import { readConfig } from '../config.ts';
import { comfortCallers } from '../telephony/asterisk/runtime/left-callers.ts';
import { explain } from './exit.ts';

/**
 * The control plane in the foreground (`npm start`). `scripts/launch.mjs` runs it, starts it again when it dies, and
 * passes Ctrl-C on. Callers whom one that was killed left in silence hear music before anything else is done, loading the
 * program among it.
 */
async function start(): Promise<void> {
  const config = readConfig(process.env);
  await comfortCallers(config);
  const { runControlPlane } = await import('./control-plane.ts');
  await runControlPlane(config);
}

start().then(
  () => process.exit(0),
  (error: unknown) => process.exit(explain(error)),
);
