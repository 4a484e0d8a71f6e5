import { z } from 'zod';
import { mailboxOf } from '../mailbox-of.ts';
import { nodeKind } from '../node-kind.ts';

/**
 * Takes a message for an extension: greeting, tone, what the caller says. `left` only once it is kept; `nothing` when nothing
 * was said. A caller who hangs up has left it as well.
 */
export const voicemail = nodeKind({
  type: 'voicemail',
  params: z.strictObject({
    /** Whose mailbox; when left out, whose the exchange said that it is. */
    extension: z
      .string()
      .regex(/^\d{2,8}$/)
      .optional(),
  }),
  waits: true,
  limitMs: 400_000,
  facts: () => ({ exits: ['left', 'nothing', 'unavailable'], prompts: ['voicemail_greeting'] }),
  async run(context, { extension }) {
    const { id, channel, keypad, parts } = context.call;
    const messages = parts.voicemail?.messages;
    if (messages === undefined) return 'unavailable';
    const box = mailboxOf(context, extension);
    const ready = await messages.readiness(box, id);
    if (ready.kind === 'off' || ready.kind === 'full') return 'unavailable';
    if (ready.kind === 'ready') {
      keypad.clear();
      await (ready.greeting === undefined ? context.sayPrompt('voicemail_greeting') : context.hear(ready.greeting));
      keypad.clear();
      await context.hear(await messages.tone());
      context.signal.throwIfAborted();
    }
    const taken = await messages.take(channel, box, id);
    keypad.clear();
    return taken === 'failed' ? 'unavailable' : taken;
  },
});
