import { z } from 'zod';

/** Names of nodes, exits, prompts, variables and flows. */
export const identifier = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'a name has lower-case letters, digits and underscores, and begins with a letter');

/** Where an exit leads: a node of the same flow, or out of it. `end:refused` leaves a sub-flow by its exit `refused`. */
export const exitTarget = z
  .string()
  .regex(
    /^(?:[a-z][a-z0-9_]*|end:[a-z][a-z0-9_]*)$/,
    'a target is the name of a node, "end", or "end:" and the name of an exit',
  );

/** What every flow document has, before each node is looked at by its own kind. */
export const flowDocument = z.strictObject({
  version: z.literal(1, 'the only version there is so far is 1'),
  /** Shown to whoever edits the flow; never spoken. */
  description: z.string().optional(),
  start: identifier,
  /** Where key 0, a node that fails, and three bad tries lead. */
  person: exitTarget,
  /** How long callers are waited for, in seconds; the house's own waits when left out. */
  waits: z
    .strictObject({
      /** After a prompt, for the first key. */
      first_digit: z.number().min(1).max(60).optional(),
      /** Between two keys of one entry. */
      inter_digit: z.number().min(0.5).max(20).optional(),
      /** After the last key that an entry can have, for a `#` that is not needed. */
      full_entry: z.number().min(0.1).max(10).optional(),
    })
    .optional(),
  /** Texts of this flow's own, by id; they come before those of `prompts/pt-BR.yaml`. */
  prompts: z.record(identifier, z.string().trim().min(1, 'a prompt needs a text')).optional(),
  nodes: z.record(
    identifier.refine((name) => name !== 'end', '"end" is where a flow ends, and no name for a node'),
    z.looseObject({ type: z.string('a node needs a type'), exits: z.record(identifier, exitTarget).optional() }),
  ),
});
export type FlowDocument = z.infer<typeof flowDocument>;

const promptId = z
  .string()
  .regex(/^(?:[a-z][a-z0-9_]*|\{[a-z][a-z0-9_]*\})$/, 'a prompt is an id, or {slot} for what fills a slot');

/** Prompts said one after the other: one, or several. */
export const promptIds = z.union([promptId, z.array(promptId).min(1)], {
  error: 'a prompt is an id, {slot}, or a list of these',
});

/** Slots of prompts that are filled by another name: `amount: overdue_amount`. */
export const slotBinding = z.record(identifier, identifier).default({});
export type SlotBinding = Readonly<Record<string, string>>;

/** The ids of a `promptIds` value. */
export function listOf(prompts: z.infer<typeof promptIds>): readonly string[] {
  return typeof prompts === 'string' ? [prompts] : prompts;
}

/** The slot's name when a prompt is nothing but a slot. */
export function slotItself(prompt: string): string | undefined {
  return prompt.startsWith('{') ? prompt.slice(1, -1) : undefined;
}

const frame = z.object({ flow: z.string(), node: z.string() });

/** What the call log keeps of a flow, so that it goes on at its node after a restart. Holds no document in clear. */
export const storedState = z.object({
  /** The way into the flow that is running: each frame but the last waits at a sub-flow node. */
  frames: z.array(frame).min(1),
  /** Menus that `*` goes back to, the latest last, each as the frames it was reached by. */
  back: z.array(z.array(frame).min(1)),
  /** Spoken or plain values that nodes left behind. */
  variables: z.record(z.string(), z.json()),
  subscriberId: z.string().optional(),
  contractId: z.string().optional(),
  /** Whether the caller proved to be the subscriber: debts may be read aloud. */
  proven: z.boolean(),
  talked: z.boolean(),
  /** When the node was entered at which the call stands, before all restarts. */
  enteredAt: z.iso.datetime().optional(),
  steps: z.int(),
  failures: z.int(),
});
export type StoredState = z.infer<typeof storedState>;
export type Frame = z.infer<typeof frame>;
