import type { Database } from '../storage/database.ts';
import { createVoicemailBoxes } from './boxes.ts';
import { createVoicemailFiles } from './files.ts';
import { createVoicemailMessages, type MessageParts } from './messages.ts';
import type { Voicemail } from './service.ts';
import { createVoicemailStore } from './store.ts';

interface Parts extends Omit<MessageParts, 'store' | 'files'> {
  readonly db: Database;
  /** Of the home, for the sounds. */
  readonly folder: string;
  /** Puts a tenant's numbers into effect, after they were changed. */
  readonly changed: (tenantId: number) => Promise<void>;
}

/** The mailboxes of all tenants. */
export function createVoicemail({ db, folder, changed, ...parts }: Parts): Voicemail {
  const [store, files] = [createVoicemailStore(db), createVoicemailFiles(folder)];
  return {
    boxes: createVoicemailBoxes({ store, files, clock: parts.clock, changed }),
    messages: createVoicemailMessages({ store, files, ...parts }),
  };
}
