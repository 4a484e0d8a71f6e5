import { z } from 'zod';
import { nodeKind } from '../node-kind.ts';
import { listOf, promptIds, slotBinding } from '../schemas.ts';

/** Says prompts, and goes on when they are over or a key is pressed; the key is for the next menu. */
export const say = nodeKind({
  type: 'say',
  params: z.strictObject({
    prompt: promptIds,
    with: slotBinding,
    /** Keys pressed before it count for nothing: for a protocol, or what came of an act. */
    must_be_heard: z.boolean().default(false),
  }),
  limitMs: 180_000,
  facts: ({ prompt, with: bound }) => ({ exits: ['next'], prompts: listOf(prompt), bound }),
  async run(context, { prompt, with: bound, must_be_heard: mustBeHeard }) {
    await context.say(context.utterances(listOf(prompt), bound), mustBeHeard);
    return 'next';
  },
});
