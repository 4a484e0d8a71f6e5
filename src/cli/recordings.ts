import { createRecordingRules } from '../calls/recording-rules.ts';
import { runHomeCommand } from './home-command.ts';
import { readRecordingCommand, runRecordingCommand } from './recording-commands.ts';

/** `npm run recordings`: whose talks are recorded, and for how long. */
runHomeCommand(readRecordingCommand, async ({ db }, tenantId, command) =>
  runRecordingCommand(await createRecordingRules(db, tenantId), command),
);
