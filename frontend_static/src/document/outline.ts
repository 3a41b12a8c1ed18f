/** The graph as a list: each scope in the order in which its nodes can run, what is inside a container below it. */
import type { NodeDoc } from "../contracts/document";
import type { Graph } from "./connect";

export interface OutlineRow {
  node: NodeDoc;
  depth: number;
  /** Where its edges lead. */
  next: { edgeId: string; port: string; to: NodeDoc }[];
}

export function outlineRows({ nodes, edges }: Graph): OutlineRow[] {
  const inside = new Map<string | null, NodeDoc[]>();
  for (const node of nodes.values()) {
    const scope = node.parent !== null && nodes.has(node.parent) ? node.parent : null;
    inside.set(scope, [...(inside.get(scope) ?? []), node]);
  }
  const next = new Map<string, OutlineRow["next"]>();
  const waits = new Map<string, number>();
  for (const { id, source, source_port, target } of edges.values()) {
    const to = nodes.get(target);
    if (!to || !nodes.has(source)) continue;
    next.set(source, [...(next.get(source) ?? []), { edgeId: id, port: source_port, to }]);
    waits.set(target, (waits.get(target) ?? 0) + 1);
  }
  const rows: OutlineRow[] = [];
  const seen = new Set<string>();
  const add = (scope: string | null, depth: number): void => {
    for (const node of inOrder(inside.get(scope) ?? [], next, waits)) {
      if (seen.has(node.id)) continue;
      seen.add(node.id);
      rows.push({ node, depth, next: next.get(node.id) ?? [] });
      add(node.id, depth + 1);
    }
  };
  add(null, 0);
  return rows;
}

/** Topological, of several that may come next the one that stands further left, then further up. What is in a circle comes last. */
function inOrder(nodes: readonly NodeDoc[], next: ReadonlyMap<string, OutlineRow["next"]>, waits: Map<string, number>): NodeDoc[] {
  const left = [...nodes].sort((a, b) => a.position.x - b.position.x || a.position.y - b.position.y);
  const ready = left.filter(({ id }) => !waits.get(id));
  const order: NodeDoc[] = [];
  const taken = new Set<string>();
  for (let node = ready.shift(); node; node = ready.shift()) {
    if (taken.has(node.id)) continue;
    taken.add(node.id);
    order.push(node);
    for (const { to } of next.get(node.id) ?? []) {
      const open = (waits.get(to.id) ?? 0) - 1;
      waits.set(to.id, open);
      if (open === 0) insertByPlace(ready, to);
    }
  }
  return [...order, ...left.filter(({ id }) => !taken.has(id))];
}

function insertByPlace(ready: NodeDoc[], node: NodeDoc): void {
  const at = ready.findIndex(({ position }) => position.x > node.position.x || (position.x === node.position.x && position.y > node.position.y));
  ready.splice(at < 0 ? ready.length : at, 0, node);
}
