import { createRecordingRules } from '../calls/recording-rules.ts';
import { explain } from './exit.ts';
import { withHomeProvider } from './home-provider.ts';
import { readRecordingCommand, runRecordingCommand } from './recording-commands.ts';

/** `npm run recordings`: whose talks are recorded, and for how long; beside a system that runs, or without it. */
async function recordings(): Promise<void> {
  const command = readRecordingCommand(process.argv.slice(2));
  const lines = await withHomeProvider(command.tenant, async (db, tenantId) =>
    runRecordingCommand(await createRecordingRules(db, tenantId), command),
  );
  process.stdout.write(`${lines.join('\n')}\n`);
}

recordings().then(
  () => process.exit(0),
  (error: unknown) => process.exit(explain(error)),
);
