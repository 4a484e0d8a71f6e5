import type { Waits } from './conversation.ts';
import type { NodeFacts, NodeKind } from './node-kind.ts';

/** Where an exit leads. */
export type Target = { readonly kind: 'node'; readonly id: string } | { readonly kind: 'end'; readonly exit: string };

export interface FlowNode {
  readonly id: string;
  readonly kind: NodeKind;
  readonly params: unknown;
  readonly facts: NodeFacts;
  readonly exits: ReadonlyMap<string, Target>;
}

/** A flow document that was read and checked by itself. */
export interface Flow {
  readonly name: string;
  readonly start: string;
  readonly person: Target;
  readonly nodes: ReadonlyMap<string, FlowNode>;
  readonly prompts: ReadonlyMap<string, string>;
  /** Waits that differ from the house's. */
  readonly waits: Partial<Waits>;
  /** The line in its document of a place such as `nodes`, `main`, `exits`; of the nearest place above if there is none. */
  lineOf(...path: readonly string[]): number;
}

/** Something wrong in a flow document. */
export interface FlowProblem {
  readonly flow: string;
  readonly line: number;
  readonly message: string;
}

/** The exit of a sub-flow that a bare `end` leaves by. */
export const plainEnd = 'next';

/** Reads the target of an exit: `main`, `end`, `end:refused`. */
export function parseTarget(text: string): Target {
  if (text === 'end') return { kind: 'end', exit: plainEnd };
  if (text.startsWith('end:')) return { kind: 'end', exit: text.slice('end:'.length) };
  return { kind: 'node', id: text };
}

/** Where a node's exit leads; a person for whatever the document does not say. */
export function targetOf(flow: Flow, node: FlowNode, exit: string): Target {
  return node.exits.get(exit) ?? flow.person;
}
