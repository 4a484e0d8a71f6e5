import type { Database } from '../storage/database.ts';
import type { Channel } from '../telephony/port.ts';
import type { BoxKey } from './files.ts';
import type { VoicemailBox, VoicemailChange, VoicemailMessage } from './schemas.ts';

export type { BoxKey } from './files.ts';

/** Mailboxes as an administrator keeps them. */
export interface VoicemailBoxes {
  /** Of every extension, whether it is on or not. */
  list(tenantId: number): Promise<VoicemailBox[]>;
  /** @throws AppError `not_found` without such an extension */
  find(box: BoxKey): Promise<VoicemailBox>;
  /** In effect when it resolves. @throws AppError `not_found` without such an extension */
  change(box: BoxKey, change: VoicemailChange): Promise<VoicemailBox>;
  /** Lets callers hear the standard greeting again. @throws AppError `not_found` without such an extension */
  removeGreeting(box: BoxKey): Promise<void>;
  /** Whether a mailbox may be heard from another phone by these digits; after five wrong ones by none for a quarter of an hour. */
  opens(box: BoxKey, pin: string): Promise<boolean>;
}

/** The messages of mailboxes. */
export interface VoicemailMessages {
  /** The oldest first. */
  list(box: BoxKey): Promise<VoicemailMessage[]>;
  /** The path of a message's WAV file. @throws AppError `not_found` */
  sound(box: BoxKey, id: string): Promise<string>;
  /** Somebody heard it on the telephone. */
  heard(box: BoxKey, id: string): Promise<void>;
  /** @throws AppError `not_found` */
  remove(box: BoxKey, id: string): Promise<void>;
  /** Whether a caller can leave a message now, or does so already: a process was killed meanwhile. */
  readiness(box: BoxKey, callId: string): Promise<Readiness>;
  /**
   * Records what the caller says until the end of it, and keeps it; also when the caller hangs up. Never rejects. `nothing`: it was shorter
   * than a second, or silent; `failed`: it could not be kept now, and is tried again later.
   */
  take(channel: Channel, box: BoxKey, callId: string): Promise<'left' | 'nothing' | 'failed'>;
  /** Records what callers hear from now on. Never rejects. */
  takeGreeting(channel: Channel, box: BoxKey): Promise<'kept' | 'nothing' | 'failed'>;
  /** The path of the tone after which is spoken. */
  tone(): Promise<string>;
  /** Keeps what was left when a process was killed, and removes what has outlived its days. Never rejects. */
  upkeep(): Promise<void>;
}

export type Readiness =
  /** `greeting`: the path of the mailbox's own. */
  | { readonly kind: 'ready'; readonly greeting: string | undefined }
  | { readonly kind: 'recording' }
  /** The mailbox is off, */
  | { readonly kind: 'off' }
  /** or it, or the disk, is full. */
  | { readonly kind: 'full' };

/** What the telephone does with mailboxes. */
export interface Voicemail {
  readonly boxes: VoicemailBoxes;
  readonly messages: VoicemailMessages;
}

/** The extensions of a tenant whose callers may leave messages. */
export async function extensionsWithVoicemail(db: Database, tenantId: number): Promise<Set<string>> {
  const rows = await db
    .selectFrom('voicemail_box')
    .select('extension')
    .where('tenant_id', '=', tenantId)
    .where('enabled', '=', true)
    .execute();
  return new Set(rows.map((row) => row.extension));
}
