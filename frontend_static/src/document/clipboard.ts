/** Copies as plain JSON text, so that a piece of a graph pastes into a chat, an issue or another instance. */
import type { JsonObject } from "../contracts/api";
import type { EdgeDoc, NodeDoc, Position } from "../contracts/document";
import type { Catalogue } from "./catalogue";
import { refusal, type Ends, type Graph } from "./connect";
import { isFrame, renamedMembers, withFramed } from "./frames";
import { freeEdgeId, freeId } from "./ids";
import { isObject, normaliseEdge, normaliseNode } from "./normalise";
import { renamedParams } from "./rename";

const FORMAT = "graphapp/nodes";
/** Params that name a secret of this installation; they mean nothing elsewhere and are not for chats. */
const SECRET = /^(credential|api_key|password|secret|token)s?$/;

export interface Fragment {
  nodes: NodeDoc[];
  edges: EdgeDoc[];
  /** From nodes that were not copied: pasting may keep them where these nodes are. */
  incoming?: EdgeDoc[];
}

export function copyText(graph: Graph, ids: ReadonlySet<string>): string {
  const all = withFramed(graph.nodes, ids);
  const nodes = [...graph.nodes.values()].filter((node) => all.has(node.id));
  const edges = [...graph.edges.values()].filter((edge) => all.has(edge.source) && all.has(edge.target));
  const incoming = [...graph.edges.values()].filter((edge) => all.has(edge.target) && !all.has(edge.source));
  return JSON.stringify({ format: FORMAT, version: 1, nodes: nodes.map(withoutSecrets), edges, incoming }, null, 2);
}

/** What people said about a node is not for chats either. */
function withoutSecrets({ comments: _comments, ...node }: NodeDoc): NodeDoc {
  const kept = Object.entries(node.params).filter(([name]) => !SECRET.test(name));
  return { ...node, params: Object.fromEntries(kept), pinned: null };
}

/** Reads what `copyText` wrote, or a whole document. Nothing for any other text. */
export function readFragment(text: string): Fragment | undefined {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(raw) || !Array.isArray(raw.nodes)) return undefined;
  const rawNodes = raw.nodes.filter((node): node is JsonObject => isObject(node) && typeof node.id === "string" && typeof node.type === "string");
  if (rawNodes.length === 0 || rawNodes.length !== raw.nodes.length) return undefined;
  const ids = new Set(rawNodes.map((node) => node.id));
  const rawEdges = Array.isArray(raw.edges) ? raw.edges.filter(isObject) : [];
  const edges = rawEdges.filter((edge) => ids.has(edge.source ?? null) && ids.has(edge.target ?? null));
  const incoming = Array.isArray(raw.incoming) ? raw.incoming.filter(isObject).filter((edge) => ids.has(edge.target ?? null)) : [];
  return { nodes: rawNodes.map(normaliseNode), edges: edges.map(normaliseEdge), incoming: incoming.map(normaliseEdge) };
}

/** The edges from nodes that were not copied, led to the copies, where that may be drawn. */
export function keptIncoming(fragment: Fragment, copy: Fragment, graph: Graph, catalogue: Catalogue): Ends[] {
  const copies = new Map(fragment.nodes.map(({ id }, index) => [id, copy.nodes[index]?.id ?? id]));
  const after = { nodes: new Map([...graph.nodes, ...copy.nodes.map((node): [string, NodeDoc] => [node.id, node])]), edges: graph.edges };
  return (fragment.incoming ?? []).flatMap(({ source, source_port, target, target_port }) => {
    const ends = { source, source_port, target: copies.get(target) ?? target, target_port };
    return refusal(after, catalogue, ends) ? [] : [ends];
  });
}

/** The fragment with ids that are free here, references inside it renewed, its middle at a place, in a container or in none. */
export function placed(fragment: Fragment, graph: Graph, catalogue: Catalogue, centre: Position, into: string | null = null): Fragment {
  const taken = new Set(graph.nodes.keys());
  const names = new Map<string, string>();
  for (const node of fragment.nodes) {
    const id = freeId(node.id, (wish) => taken.has(wish));
    taken.add(id);
    names.set(node.id, id);
  }
  const shift = shiftTo(fragment.nodes, names, centre);
  const nodes = fragment.nodes.map((node) => {
    const position = { x: node.position.x + shift.x, y: node.position.y + shift.y };
    const parent = names.get(node.parent ?? "") ?? (node.type === "start" ? null : into);
    const own = isFrame(node) ? renamedMembers(node, (id) => names.get(id) ?? id) : renewed(node, names, catalogue);
    return { ...own, id: names.get(node.id) as string, parent, position };
  });
  const edgeIds = new Set(graph.edges.keys());
  const edges = fragment.edges.map((edge) => {
    const id = freeEdgeId((wish) => edgeIds.has(wish));
    edgeIds.add(id);
    return { ...edge, id, source: names.get(edge.source) as string, target: names.get(edge.target) as string };
  });
  return { nodes, edges };
}

// Two passes through names that nothing else has, so that a swap of two ids does not run into itself.
function renewed(node: NodeDoc, names: Map<string, string>, catalogue: Catalogue): NodeDoc {
  const changes = [...names].filter(([from, to]) => from !== to);
  let next = node;
  const apply = (from: string, to: string): void => {
    next = { ...next, params: { ...next.params, ...renamedParams(next, catalogue, from, to) } };
  };
  changes.forEach(([from], index) => apply(from, `paste__${index}`));
  changes.forEach(([, to], index) => apply(`paste__${index}`, to));
  return next;
}

function shiftTo(nodes: readonly NodeDoc[], names: Map<string, string>, centre: Position): Position {
  const outer = nodes.filter((node) => node.parent === null || !names.has(node.parent));
  const xs = outer.map((node) => node.position.x);
  const ys = outer.map((node) => node.position.y);
  const middle = { x: (Math.min(...xs) + Math.max(...xs)) / 2, y: (Math.min(...ys) + Math.max(...ys)) / 2 };
  return { x: Math.round(centre.x - middle.x), y: Math.round(centre.y - middle.y) };
}
