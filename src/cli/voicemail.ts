import { join } from 'node:path';
import { readConfig } from '../config.ts';
import { createVoicemailBoxes } from '../voicemail/boxes.ts';
import { createVoicemailFiles } from '../voicemail/files.ts';
import { createVoicemailStore } from '../voicemail/store.ts';
import { runHomeCommand } from './home-command.ts';
import { readVoicemailCommand, runVoicemailCommand } from './voicemail-commands.ts';

/** `npm run voicemail`: whose callers may leave messages. */
runHomeCommand(readVoicemailCommand, (home, tenantId, command) => {
  const files = createVoicemailFiles(join(readConfig(process.env).home, 'voicemail'));
  const boxes = createVoicemailBoxes({ ...home, store: createVoicemailStore(home.db), files });
  return runVoicemailCommand(boxes, tenantId, command);
});
