import { z } from 'zod';
import { triesToPerson } from '../choice.ts';
import { nodeKind } from '../node-kind.ts';
import { identifier, listOf, promptIds } from '../schemas.ts';

/** Takes a number from the caller into a variable. `#` ends it; alone, `0` is a person, `9` repeats, `*` goes back. */
export const collect = nodeKind({
  type: 'collect',
  params: z.strictObject({
    prompt: promptIds,
    variable: identifier,
    min_digits: z.int().min(1).default(1),
    max_digits: z.int().min(1).max(32),
    /** Whether neither the log nor what is kept for a restart may hold the number. */
    personal: z.boolean().default(false),
    first_digit_seconds: z.number().min(1).max(60).optional(),
    inter_digit_seconds: z.number().min(0.5).max(20).optional(),
  }),
  waits: true,
  limitMs: 300_000,
  facts: ({ prompt, variable }) => ({
    exits: ['keyed'],
    optionalExits: ['failed'],
    prompts: [...listOf(prompt), 'invalid_entry', 'no_input'],
    provides: [variable],
  }),
  async run(context, params) {
    const { waits } = context;
    const rules = {
      lengths: [params.max_digits],
      loneKeysCount: false,
      personal: params.personal,
      waits: {
        ...waits,
        firstDigitMs: seconds(params.first_digit_seconds) ?? waits.firstDigitMs,
        interDigitMs: seconds(params.inter_digit_seconds) ?? waits.interDigitMs,
      },
    };
    for (let tries = 0; tries < triesToPerson; ) {
      const entry = await context.entry(context.utterances(listOf(params.prompt)), rules);
      if (entry.kind === 'person' || entry.kind === 'back') return entry.kind;
      if (entry.kind === 'keyed' && isLong(entry.digits, params.min_digits, params.max_digits)) {
        const value = { digits: entry.digits };
        if (params.personal) context.session.setPersonal(params.variable, value);
        else context.session.set(params.variable, value);
        return 'keyed';
      }
      tries += 1;
      if (entry.kind !== 'repeat' && tries < triesToPerson) {
        await context.sayPrompt(entry.kind === 'silent' ? 'no_input' : 'invalid_entry');
      }
    }
    return 'failed';
  },
});

function isLong(digits: string, min: number, max: number): boolean {
  return digits.length >= min && digits.length <= max;
}

function seconds(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value * 1000;
}
