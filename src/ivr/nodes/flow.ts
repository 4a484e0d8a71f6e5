import { z } from 'zod';
import { nodeKind } from '../node-kind.ts';
import { identifier } from '../schemas.ts';

/** Runs another flow; its exits are the exits that flow is left by. The engine goes down into it without visiting it. */
export const flow = nodeKind({
  type: 'flow',
  params: z.strictObject({ flow: identifier }),
  facts: ({ flow: subFlow }) => ({ exits: [], subFlow }),
  run: () => Promise.reject(new Error('a sub-flow node is entered, never visited')),
});
