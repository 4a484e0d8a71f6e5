import { z } from 'zod';
import { nodeKind } from '../node-kind.ts';
import { listOf, promptIds } from '../schemas.ts';

/** Bad entries before the caller is let go. */
const tries = 2;
const bestScore = 10;

/** One question answered with 0 to 10. The answer stands in the step's digits, and is the agent's and the queue's note. */
export const survey = nodeKind({
  type: 'survey',
  params: z.strictObject({ prompt: promptIds }),
  waits: true,
  facts: ({ prompt }) => ({ exits: ['answered', 'skipped'], prompts: [...listOf(prompt), 'invalid_entry'] }),
  async run(context, { prompt }) {
    const rules = { lengths: [String(bestScore).length], loneKeysCount: true, personal: false };
    for (let round = 1; round <= tries; round += 1) {
      const entry = await context.entry(context.utterances(listOf(prompt)), rules);
      if (entry.kind !== 'keyed') return 'skipped';
      if (Number(entry.digits) <= bestScore) {
        context.call.tenant.queues?.surveyed(context.call.id, Number(entry.digits));
        return 'answered';
      }
      if (round < tries) await context.sayPrompt('invalid_entry');
    }
    return 'skipped';
  },
});
