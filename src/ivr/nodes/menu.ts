import { z } from 'zod';
import { choicePrompts, chooseKey } from '../choice.ts';
import { nodeKind } from '../node-kind.ts';
import { identifier, listOf, promptIds, slotBinding } from '../schemas.ts';

const choiceKey = z.string().regex(/^[1-8]$/, 'keys 1 to 8 are free; 9 repeats, 0 is a person, * goes back');

/** Offers choices by key. `9` repeats, `0` is a person, `*` goes back; three bad or silent tries are `failed`. */
export const menu = nodeKind({
  type: 'menu',
  params: z.strictObject({
    prompt: promptIds,
    with: slotBinding,
    /** Key to exit. */
    keys: z
      .record(choiceKey, identifier)
      .refine((keys) => Object.keys(keys).length > 0, 'a menu needs at least one key'),
    /** How a caller is waited for who has something to do meanwhile, such as restarting a modem. */
    silence: z
      .strictObject({ seconds: z.int().min(5).max(120), prompt: promptIds, times: z.int().min(1).max(10) })
      .optional(),
  }),
  waits: true,
  isMenu: true,
  limitMs: 900_000,
  facts: ({ prompt, keys, with: bound, silence }) => ({
    exits: [...new Set(Object.values(keys))],
    optionalExits: ['failed'],
    prompts: [...listOf(prompt), ...listOf(silence?.prompt ?? []), ...choicePrompts],
    bound,
  }),
  async run(context, { prompt, keys, with: bound, silence }) {
    const choice = await chooseKey(context, {
      prompt: context.utterances(listOf(prompt), bound),
      keys: Object.keys(keys),
      ...(silence && {
        silence: {
          waitMs: silence.seconds * 1000,
          prompt: context.utterances(listOf(silence.prompt), bound),
          times: silence.times,
        },
      }),
    });
    return choice.kind === 'chosen' ? (keys[choice.key] ?? 'error') : choice.kind;
  },
});
