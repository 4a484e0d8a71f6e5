import { z } from 'zod';
import { nodeKind } from '../node-kind.ts';
import { identifier } from '../schemas.ts';

/** Variables that leave the menu with the call: agents' programs read them while it rings and talks. */
const callVariables = { JSON1: 'json1', JSON2: 'json2', JSON3: 'json3' } as const;

const variableName = z.union([identifier, z.enum(['JSON1', 'JSON2', 'JSON3'])]);

/** Sets variables to texts, in which `{slot}` is replaced by what is known. `JSON1` to `JSON3` go with the call. */
export const set = nodeKind({
  type: 'set',
  params: z.strictObject({
    variables: z
      .record(variableName, z.string().max(1000))
      .refine((all) => Object.keys(all).length > 0, 'sets nothing'),
  }),
  facts: ({ variables }) => ({ exits: ['next'], provides: Object.keys(variables) }),
  run(context, { variables }) {
    for (const [name, template] of Object.entries(variables)) {
      const text = context.fillPlain(template);
      context.session.set(name, { text });
      if (name in callVariables) context.note({ [callVariables[name as keyof typeof callVariables]]: text });
    }
    return Promise.resolve('next');
  },
});
