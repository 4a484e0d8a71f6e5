import { readConfig } from '../config.ts';
import { stopLeftovers } from '../main.ts';
import { explain } from './exit.ts';

/** Ends the Asterisk and PostgreSQL that a killed control plane left running (`npm run stop`). */
stopLeftovers(readConfig(process.env)).catch((error: unknown) => {
  process.exitCode = explain(error);
});
