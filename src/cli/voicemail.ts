import { join } from 'node:path';
import { readConfig } from '../config.ts';
import { systemClock } from '../kernel/clock.ts';
import { createVoicemailBoxes } from '../voicemail/boxes.ts';
import { createVoicemailFiles } from '../voicemail/files.ts';
import { createVoicemailStore } from '../voicemail/store.ts';
import { explain } from './exit.ts';
import { withHomeProvider } from './home-provider.ts';
import { readVoicemailCommand, runVoicemailCommand } from './voicemail-commands.ts';

/** `npm run voicemail`: whose callers may leave messages; a system that runs hears of a change from the database, at once. */
async function voicemail(): Promise<void> {
  const command = readVoicemailCommand(process.argv.slice(2));
  const files = createVoicemailFiles(join(readConfig(process.env).home, 'voicemail'));
  const lines = await withHomeProvider(command.tenant, (db, tenantId) => {
    const parts = { store: createVoicemailStore(db), files, clock: systemClock, changed: async () => undefined };
    return runVoicemailCommand(createVoicemailBoxes(parts), tenantId, command);
  });
  process.stdout.write(`${lines.join('\n')}\n`);
}

voicemail().then(
  () => process.exit(0),
  (error: unknown) => process.exit(explain(error)),
);
