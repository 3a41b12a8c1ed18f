import type { Catalogue } from "./catalogue";
import type { EdgeDoc } from "../contracts/document";
import type { Ends, Graph } from "./connect";
import { portsIn } from "./containers";
import { findPort } from "./ports";

/**
 * The edges that close the gap when nodes go: a chain of removed nodes with one way in and one way out leaves its neighbours
 * joined, where their ports allow it.
 */
export function healed(graph: Graph, catalogue: Catalogue, gone: ReadonlySet<string>): Ends[] {
  const into = new Map<string, EdgeDoc[]>();
  const outOf = new Map<string, EdgeDoc[]>();
  for (const edge of graph.edges.values()) {
    if (gone.has(edge.target)) push(into, edge.target, edge);
    if (gone.has(edge.source)) push(outOf, edge.source, edge);
  }
  const joins: Ends[] = [];
  for (const id of gone) {
    const first = only(into.get(id));
    if (!first || gone.has(first.source)) continue;
    const last = endOfChain(id, gone, into, outOf);
    if (!last) continue;
    const join = { source: first.source, source_port: first.source_port, target: last.target, target_port: last.target_port };
    if (fits(graph, catalogue, join)) joins.push(join);
  }
  return joins;
}

function endOfChain(start: string, gone: ReadonlySet<string>, into: Map<string, EdgeDoc[]>, outOf: Map<string, EdgeDoc[]>): EdgeDoc | undefined {
  const seen = new Set<string>();
  for (let id = start; !seen.has(id); ) {
    seen.add(id);
    const next = only(outOf.get(id));
    if (!next) return undefined;
    if (!gone.has(next.target)) return next;
    if (!only(into.get(next.target))) return undefined;
    id = next.target;
  }
  return undefined;
}

function fits(graph: Graph, catalogue: Catalogue, ends: Ends): boolean {
  const source = graph.nodes.get(ends.source);
  const target = graph.nodes.get(ends.target);
  if (!source || !target || source.parent !== target.parent) return false;
  const from = findPort(portsIn(graph.nodes, catalogue, source).outputs, ends.source_port);
  const to = findPort(portsIn(graph.nodes, catalogue, target).inputs, ends.target_port);
  if (!from || !to || !catalogue.assignable(from.type, to.type)) return false;
  for (const edge of graph.edges.values()) {
    if (edge.source === ends.source && edge.target === ends.target && edge.source_port === ends.source_port && edge.target_port === ends.target_port) return false;
  }
  return true;
}

const only = (edges: EdgeDoc[] | undefined): EdgeDoc | undefined => (edges?.length === 1 ? edges[0] : undefined);

function push(map: Map<string, EdgeDoc[]>, key: string, edge: EdgeDoc): void {
  const list = map.get(key);
  if (list) list.push(edge);
  else map.set(key, [edge]);
}
