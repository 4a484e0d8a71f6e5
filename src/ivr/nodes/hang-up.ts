import { z } from 'zod';
import { nodeKind } from '../node-kind.ts';
import { listOf, promptIds } from '../schemas.ts';

/** Says goodbye and ends the call. */
export const hangUp = nodeKind({
  type: 'hang_up',
  params: z.strictObject({ prompt: promptIds.optional() }),
  waits: true,
  isLast: true,
  facts: ({ prompt }) => ({ exits: [], prompts: prompt === undefined ? [] : listOf(prompt) }),
  async run(context, { prompt }) {
    if (prompt !== undefined) await context.say(context.utterances(listOf(prompt)), true);
    return 'end';
  },
});
