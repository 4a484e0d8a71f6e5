import type { z } from 'zod';
import type { NodeContext } from './node-context.ts';
import type { SlotBinding } from './schemas.ts';

/** What the checker must know about a node with certain parameters. */
export interface NodeFacts {
  /** Exits that must lead somewhere. */
  readonly exits: readonly string[];
  /** Exits that lead to a person when they are not given. `error` is one of them for every node. */
  readonly optionalExits?: readonly string[];
  /** Prompts it says. */
  readonly prompts?: readonly string[];
  /** Slots of these prompts that are filled by another name. */
  readonly bound?: SlotBinding;
  /** Slots it fills for the prompts of later nodes. */
  readonly provides?: readonly string[];
  /** The flow it runs. */
  readonly subFlow?: string;
}

/** One kind of node: its parameters, its exits, and what it does. */
export interface NodeKind {
  readonly type: string;
  /** Its parameters besides `type` and `exits`. */
  readonly params: z.ZodObject;
  /** Whether it waits for the caller or for people, so that a circle through it does not spin by itself. */
  readonly waits: boolean;
  /** Whether `*` in a later menu comes back to it. */
  readonly isMenu: boolean;
  /** Whether the call is over when it has done its work. */
  readonly isLast: boolean;
  /** After this long it is given up; undefined for a node whose length is the caller's or an agent's business. */
  readonly limitMs: number | undefined;
  facts(params: unknown): NodeFacts;
  /**
   * Does the node's work.
   * @returns the exit to leave by
   * @throws anything: the engine logs it and leaves by `error`
   */
  run(context: NodeContext, params: unknown): Promise<string>;
}

interface NodeSpec<S extends z.ZodObject> {
  readonly type: string;
  readonly params: S;
  readonly waits?: boolean;
  readonly isMenu?: boolean;
  readonly isLast?: boolean;
  readonly limitMs?: number | undefined;
  facts(params: z.infer<S>): NodeFacts;
  run(context: NodeContext, params: z.infer<S>): Promise<string>;
}

/** Declares a kind of node; the engine only ever passes parameters that `params` has parsed. */
export function nodeKind<S extends z.ZodObject>(spec: NodeSpec<S>): NodeKind {
  return {
    type: spec.type,
    params: spec.params,
    waits: spec.waits ?? false,
    isMenu: spec.isMenu ?? false,
    isLast: spec.isLast ?? false,
    limitMs: 'limitMs' in spec ? spec.limitMs : 60_000,
    facts: (params) => spec.facts(params as z.infer<S>),
    run: (context, params) => spec.run(context, params as z.infer<S>),
  };
}
