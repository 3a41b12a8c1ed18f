/** Nodes that hold nodes: loops and maps. */
import type { NodeDoc } from "../contracts/document";
import type { Catalogue } from "./catalogue";
import { portsOf, type NodePorts } from "./ports";

type Nodes = ReadonlyMap<string, NodeDoc>;

const NONE: readonly string[] = [];

/** The ports by which nodes inside a container leave it. */
export function exitPorts(inside: Iterable<NodeDoc>, catalogue: Catalogue, container: NodeDoc): readonly string[] {
  const found = new Set<string>();
  for (const node of inside) {
    if (node.parent !== container.id) continue;
    const type = catalogue.typeOf(node);
    const port = type?.leaves === container.type ? (node.params.port ?? type.defaults.port) : undefined;
    if (typeof port === "string" && port) found.add(port);
  }
  return found.size === 0 ? NONE : [...found];
}

/** The ports of a node in its graph: those of a container depend on what is inside it. */
export function portsIn(nodes: Nodes, catalogue: Catalogue, node: NodeDoc): NodePorts {
  const type = catalogue.typeOf(node);
  return portsOf(node, type, type?.container ? exitPorts(nodes.values(), catalogue, node) : NONE);
}

/** Nodes with all that is inside them. */
export function withInside(nodes: Nodes, ids: Iterable<string>): Set<string> {
  const all = new Set([...ids].filter((id) => nodes.has(id)));
  for (let before = -1; before !== all.size; ) {
    before = all.size;
    for (const node of nodes.values()) if (node.parent !== null && all.has(node.parent)) all.add(node.id);
  }
  return all;
}

/** The containers around a node, from the inside out. */
export function around(nodes: Nodes, id: string): string[] {
  const chain: string[] = [];
  for (let parent = nodes.get(id)?.parent ?? null; parent !== null && !chain.includes(parent); parent = nodes.get(parent)?.parent ?? null) chain.push(parent);
  return chain;
}

/** Those of the nodes that are not inside another of them. */
export function outermost(nodes: Nodes, ids: ReadonlySet<string>): string[] {
  return [...ids].filter((id) => nodes.has(id) && !around(nodes, id).some((parent) => ids.has(parent)));
}
