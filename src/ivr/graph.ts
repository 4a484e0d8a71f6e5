import { type Flow, type FlowNode, type FlowProblem, type Target, targetOf } from './flow.ts';

/** Every place a node may lead to, the person it falls to included. */
function targetsOf(flow: Flow, node: FlowNode): Target[] {
  return [...node.exits.values(), flow.person];
}

/** Nodes that no way leads to. */
export function unreachableNodes(flow: Flow): FlowProblem[] {
  const reached = new Set<string>();
  const open = [flow.start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = flow.nodes.get(id);
    if (node === undefined || reached.has(id)) continue;
    reached.add(id);
    open.push(...targetsOf(flow, node).flatMap((target) => (target.kind === 'node' ? [target.id] : [])));
  }
  return [...flow.nodes.keys()]
    .filter((id) => !reached.has(id))
    .map((id) => ({
      flow: flow.name,
      line: flow.lineOf('nodes', id),
      message: `node "${id}" is never reached: nothing leads to it`,
    }));
}

/** Whether a node holds the way up until somebody does something. */
type Waits = (node: FlowNode) => boolean;

/** Circles in which no node waits: a call in one would spin by itself. Each is told once, at its first node. */
export function endlessLoops(flow: Flow, waits: Waits): FlowProblem[] {
  const problems: FlowProblem[] = [];
  const finished = new Set<string>();
  const path: string[] = [];
  const visit = (id: string): void => {
    const node = flow.nodes.get(id);
    if (node === undefined || finished.has(id) || waits(node)) return;
    const at = path.indexOf(id);
    if (at >= 0) {
      const circle = path.slice(at);
      const message = `nodes ${circle.map((name) => `"${name}"`).join(' → ')} go round in a circle without ever waiting for the caller`;
      problems.push({ flow: flow.name, line: flow.lineOf('nodes', circle[0] ?? id), message });
      return;
    }
    path.push(id);
    for (const next of nextNodes(flow, node)) visit(next);
    path.pop();
    finished.add(id);
  };
  for (const id of flow.nodes.keys()) visit(id);
  return problems;
}

/** Whether a call can pass from the flow's start out of it without anybody doing anything. */
export function passesByItself(flow: Flow, waits: Waits): boolean {
  const seen = new Set<string>();
  const passes = (id: string): boolean => {
    const node = flow.nodes.get(id);
    if (node === undefined || seen.has(id) || waits(node)) return false;
    seen.add(id);
    return [...node.exits.values()].some((target) => target.kind === 'end' || passes(target.id));
  };
  return passes(flow.start);
}

/** A failure leads to a person at most once, so only exits that the document names can close a circle. */
function nextNodes(flow: Flow, node: FlowNode): string[] {
  return [...node.exits.keys()].flatMap((exit) => {
    const target = targetOf(flow, node, exit);
    return target.kind === 'node' ? [target.id] : [];
  });
}
