/** Which connections may be drawn. The rule between port types is data of the catalogue. */
import type { EdgeDoc, NodeDoc } from "../contracts/document";
import type { NodeType } from "../contracts/catalogue";
import type { Catalogue } from "./catalogue";
import { portsIn } from "./containers";
import { findPort, portsOf, TOOL, type DrawnPort } from "./ports";

export interface Ends {
  source: string;
  source_port: string;
  target: string;
  target_port: string;
}

export interface Graph {
  nodes: ReadonlyMap<string, NodeDoc>;
  edges: ReadonlyMap<string, EdgeDoc>;
}

/** Why a connection is refused, and the node type that would make it possible. */
export interface Refusal {
  reason: string;
  converter?: NodeType;
  /** It would lead back to where it comes from: a loop can do that. */
  isCircle?: true;
}

export function refusal(graph: Graph, catalogue: Catalogue, ends: Ends): Refusal | undefined {
  const source = graph.nodes.get(ends.source);
  const target = graph.nodes.get(ends.target);
  if (!source || !target) return { reason: "This node is gone." };
  if (source.id === target.id) return { reason: "A node cannot feed itself.", isCircle: true };
  if (source.parent !== target.parent) return { reason: "Nodes inside a container connect only to each other." };
  const from = findPort(portsIn(graph.nodes, catalogue, source).outputs, ends.source_port);
  const to = findPort(portsIn(graph.nodes, catalogue, target).inputs, ends.target_port);
  if (!from || !to) return { reason: "This port is gone." };
  if (sameEdge(graph, ends)) return { reason: "These ports are connected already." };
  if (!catalogue.assignable(from.type, to.type)) return typeRefusal(catalogue, from, to);
  if (from.type !== TOOL && reaches(graph, ends.target, ends.source)) return { reason: "This leads back to where it comes from.", isCircle: true };
  return undefined;
}

function typeRefusal(catalogue: Catalogue, from: DrawnPort, to: DrawnPort): Refusal {
  const converter = catalogue.converter(from.type, to.type);
  const reason = `“${from.label || from.name}” gives ${from.type}, but “${to.label || to.name}” takes ${to.type}.`;
  return converter ? { reason, converter } : { reason };
}

function sameEdge(graph: Graph, ends: Ends): boolean {
  for (const edge of graph.edges.values()) {
    if (edge.source === ends.source && edge.target === ends.target && edge.source_port === ends.source_port && edge.target_port === ends.target_port) return true;
  }
  return false;
}

/** Whether edges lead from one node to another. */
export function reaches(graph: Graph, from: string, to: string): boolean {
  const next = successors(graph);
  const seen = new Set([from]);
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === to) return true;
    for (const after of next.get(id) ?? []) {
      if (seen.has(after)) continue;
      seen.add(after);
      open.push(after);
    }
  }
  return false;
}

const toolsOf = new WeakMap<ReadonlyMap<string, EdgeDoc>, ReadonlySet<string>>();

/** The nodes that are tools of agents: they are called, and have no runs of their own. */
export function toolsIn(edges: ReadonlyMap<string, EdgeDoc>): ReadonlySet<string> {
  const known = toolsOf.get(edges);
  if (known) return known;
  const found = new Set([...edges.values()].filter(({ source_port }) => source_port === TOOL).map(({ source }) => source));
  toolsOf.set(edges, found);
  return found;
}

export function successors(graph: Graph): Map<string, string[]> {
  return grouped(graph, (edge) => [edge.source, edge.target]);
}

export function predecessors(graph: Graph): Map<string, string[]> {
  return grouped(graph, (edge) => [edge.target, edge.source]);
}

function grouped(graph: Graph, ends: (edge: EdgeDoc) => [string, string]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const edge of graph.edges.values()) {
    const [key, value] = ends(edge);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}

/** Every node before (or after) the given ones. */
export function reachable(starts: Iterable<string>, next: Map<string, string[]>): Set<string> {
  const seen = new Set<string>();
  const open = [...starts];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const other of next.get(id) ?? []) {
      if (seen.has(other)) continue;
      seen.add(other);
      open.push(other);
    }
  }
  return seen;
}

type Worker = Pick<NodeDoc, "type" | "type_version" | "params" | "policy">;

/** The ports by which a node, or a chain from it to a last one, can go into the middle of an edge, the first that fit. */
export function portsBetween(graph: Graph, catalogue: Catalogue, edge: EdgeDoc, node: Worker, last: Worker = node): { input: string; output: string } | undefined {
  const [source, target] = [graph.nodes.get(edge.source), graph.nodes.get(edge.target)];
  const [type, lastType] = [catalogue.typeOf(node), catalogue.typeOf(last)];
  if (!source || !target || !type?.executable || !lastType?.executable) return undefined;
  const from = findPort(portsIn(graph.nodes, catalogue, source).outputs, edge.source_port)?.type ?? "any";
  const to = findPort(portsIn(graph.nodes, catalogue, target).inputs, edge.target_port)?.type ?? "any";
  const input = portsOf(node, type).inputs.find((port) => catalogue.assignable(from, port.type));
  const output = portsOf(last, lastType).outputs.find((port) => catalogue.assignable(port.type, to));
  return input && output && { input: input.name, output: output.name };
}

export interface OpenEnd {
  nodeId: string;
  port: string;
  side: "source" | "target";
}

/** The port of a node type that an open end can be joined to, the first in order. */
export function portFor(catalogue: Catalogue, graph: Graph, end: OpenEnd, type: NodeType): string | undefined {
  const node = graph.nodes.get(end.nodeId);
  if (!node || !type.executable) return undefined;
  const own = portsIn(graph.nodes, catalogue, node);
  const others = portsOf({ params: type.defaults, policy: {} }, type);
  if (end.side === "source") {
    const from = findPort(own.outputs, end.port);
    return from && others.inputs.find((to) => catalogue.assignable(from.type, to.type))?.name;
  }
  const to = findPort(own.inputs, end.port);
  return to && others.outputs.find((from) => catalogue.assignable(from.type, to.type))?.name;
}
