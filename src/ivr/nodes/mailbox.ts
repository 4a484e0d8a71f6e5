import { z } from 'zod';
import { localDate, localTime } from '../../kernel/clock.ts';
import type { VoicemailMessage } from '../../voicemail/schemas.ts';
import type { BoxKey, Voicemail } from '../../voicemail/service.ts';
import { choicePrompts, chooseKey } from '../choice.ts';
import { mailboxOf } from '../mailbox-of.ts';
import type { NodeContext } from '../node-context.ts';
import { nodeKind } from '../node-kind.ts';
import { plainValue } from '../slots.ts';
import type { Utterance } from '../speech/utterance.ts';

/** The variable that says whether the caller's phone is the mailbox's own. */
const ownPhone = 'own_phone';
const pinTries = 3;

/**
 * Lets a mailbox be heard: messages not heard yet and those heard, each again or deleted, and the greeting recorded. From
 * another phone than the mailbox's own the PIN is asked for; three wrong ones are `refused`.
 */
export const mailbox = nodeKind({
  type: 'mailbox',
  params: z.strictObject({}),
  waits: true,
  limitMs: 3_600_000,
  // What it says has slots that it fills itself: the checker would look for who provides them.
  facts: () => ({ exits: ['done', 'refused'], prompts: choicePrompts }),
  async run(context) {
    const { voicemail } = context.call.parts;
    if (voicemail === undefined) return 'refused';
    const box = mailboxOf(context);
    if (!(await isAdmitted(context, box, voicemail))) return 'refused';
    for (;;) {
      const messages = await voicemail.messages.list(box);
      const fresh = messages.filter((one) => one.heardAt === null);
      const heard = messages.filter((one) => one.heardAt !== null);
      const prompt = [...counts(fresh.length, heard.length), { say: 'voicemail_menu' }];
      const choice = await chooseKey(context, { prompt, keys: ['1', '2', '3', '4'] });
      if (choice.kind !== 'chosen') return 'done';
      if (choice.key === '1') await play(context, box, voicemail, fresh);
      if (choice.key === '2') await play(context, box, voicemail, heard);
      if (choice.key === '3') await recordGreeting(context, box, voicemail);
      if (choice.key === '4') {
        await voicemail.boxes.removeGreeting(box);
        await context.sayPrompt('voicemail_greeting_standard');
      }
    }
  },
});

async function isAdmitted(context: NodeContext, box: BoxKey, { boxes }: Voicemail): Promise<boolean> {
  if (plainValue(context.session.get(ownPhone)) === 'yes') return true;
  for (let turn = 0; turn < pinTries; turn++) {
    const entry = await context.entry([{ say: 'voicemail_pin' }], {
      lengths: [4, 5, 6, 7, 8],
      loneKeysCount: true,
      personal: true,
    });
    if (entry.kind === 'keyed' && (await boxes.opens(box, entry.digits))) return true;
    await context.sayPrompt('voicemail_pin_wrong');
  }
  return false;
}

function counts(fresh: number, heard: number): Utterance[] {
  const count = (messages: number) => ({ messages: { count: messages, of: 'message' } }) as const;
  return [
    fresh === 0 ? { say: 'voicemail_none_new' } : { say: 'voicemail_new', with: count(fresh) },
    ...(heard === 0 ? [] : [{ say: 'voicemail_old', with: count(heard) }]),
  ];
}

/** Plays messages one after the other, the oldest first; each may be heard again or deleted. */
async function play(
  context: NodeContext,
  box: BoxKey,
  { messages }: Voicemail,
  these: readonly VoicemailMessage[],
): Promise<void> {
  for (const message of these) {
    const sound = await messages.sound(box, message.id);
    for (let again = true; again; ) {
      await context.say(announcement(message, context.call.tenant.timeZone));
      await messages.heard(box, message.id);
      await context.hear(sound);
      const choice = await chooseKey(context, { prompt: [{ say: 'voicemail_message_menu' }], keys: ['1', '2', '3'] });
      if (choice.kind !== 'chosen') return;
      again = choice.key === '1';
      if (choice.key === '3') {
        await messages.remove(box, message.id);
        await context.sayPrompt('voicemail_deleted');
      }
    }
  }
  await context.sayPrompt('voicemail_no_more');
}

function announcement({ leftAt, callerNumber }: VoicemailMessage, timeZone: string): Utterance[] {
  const at = new Date(leftAt);
  const received = { date: { date: localDate(at, timeZone) }, time: { time: localTime(at, timeZone) } };
  const digits = callerNumber.replaceAll(/\D/g, '');
  return [
    { say: 'voicemail_received', with: received },
    ...(digits === '' ? [] : [{ say: 'voicemail_caller', with: { digits: { digits } } }]),
  ];
}

async function recordGreeting(context: NodeContext, box: BoxKey, { messages }: Voicemail): Promise<void> {
  const { channel, keypad } = context.call;
  await context.sayPrompt('voicemail_greeting_record');
  keypad.clear();
  await context.hear(await messages.tone());
  context.signal.throwIfAborted();
  const taken = await messages.takeGreeting(channel, box);
  keypad.clear();
  await context.sayPrompt(taken === 'kept' ? 'voicemail_greeting_kept' : 'voicemail_greeting_nothing');
}
