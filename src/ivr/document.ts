import { isMap, isNode, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import type { Flow, FlowProblem } from './flow.ts';

/** A YAML document with the lines its parts stand on. */
export interface PositionedDocument {
  readonly content: unknown;
  readonly lineOf: Flow['lineOf'];
  readonly problems: readonly FlowProblem[];
}

/** Reads YAML; what is wrong with its syntax comes back as problems with their lines. */
export function readDocument(flow: string, text: string): PositionedDocument {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const lineAt = (offset: number) => Math.max(lineCounter.linePos(offset).line, 1);
  const problems = document.errors.map((error) => ({
    flow,
    line: lineAt(error.pos[0]),
    message: `this is not YAML: ${error.message}`,
  }));
  return {
    content: problems.length > 0 ? undefined : document.toJS(),
    lineOf: (...path) => lineAt(offsetOf(document.contents, path)),
    problems,
  };
}

/** Where the key at the end of the path stands, or the last one of the path that is there. */
function offsetOf(root: ParsedNode | null, path: readonly string[]): number {
  let node: unknown = root;
  let offset = root?.range[0] ?? 0;
  for (const segment of path) {
    if (!isMap(node)) return offset;
    const pair = node.items.find((item) => isNode(item.key) && String(item.key) === segment);
    if (pair === undefined) return offset;
    if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
    node = pair.value;
  }
  return offset;
}
