import type { VoicemailMessages } from './service.ts';

/** What was left over, and what is old, every five minutes. */
export const voicemailCrontab = '*/5 * * * * voicemail_upkeep ?max=3';

export function voicemailTasks(messages: Pick<VoicemailMessages, 'upkeep'>) {
  return { voicemail_upkeep: (): Promise<void> => messages.upkeep() };
}
