import type { NodeDoc } from "../contracts/document";
import type { Graph } from "./connect";
import { outermost, withInside } from "./containers";
import { insertNow } from "./commands";
import type { DocumentStore } from "./store";
import { edgesOf, nodesOf } from "./ydoc";

/** Why nodes cannot be put into a container together, as a sentence, or nothing. */
export function wrapProblem(graph: Graph, ids: ReadonlySet<string>): string | undefined {
  const outer = outermost(graph.nodes, ids);
  if (outer.length === 0) return "Select the nodes that are to be repeated.";
  const parents = new Set(outer.map((id) => graph.nodes.get(id)?.parent ?? null));
  if (parents.size > 1) return "These nodes sit in different containers.";
  if (outer.some((id) => graph.nodes.get(id)?.type === "start")) return "A start stays outside: the input of a run comes once.";
  return undefined;
}

/**
 * Puts nodes into a new container, in one step: what led into them leads into the container, and what they led to follows it.
 *
 * Several edges that come to mean the same become one.
 */
export function wrap(store: DocumentStore, ids: ReadonlySet<string>, container: NodeDoc): void {
  const view = store.view.getState();
  const inside = new Set(outermost(view.nodes, ids));
  store.history.act(() => {
    insertNow(store, [container], []);
    for (const id of inside) nodesOf(store.doc).get(id)?.set("parent", container.id);
    makeRoom(store, inside, container.parent);
    const seen = new Set<string>();
    for (const edge of view.edges.values()) {
      const [from, to] = [inside.has(edge.source), inside.has(edge.target)];
      if (from === to) continue;
      const ends = from ? { source: container.id, source_port: "out", target: edge.target, target_port: edge.target_port } : { source: edge.source, source_port: edge.source_port, target: container.id, target_port: "in" };
      const name = Object.values(ends).join("\n");
      const shared = edgesOf(store.doc).get(edge.id);
      if (seen.has(name)) edgesOf(store.doc).delete(edge.id);
      else for (const [key, value] of Object.entries(ends)) if (shared?.get(key) !== value) shared?.set(key, value);
      seen.add(name);
    }
  });
}

/** What the frame takes behind the nodes in it. */
const FRAME = 144;

/** What stands behind the frame in the same scope moves on, with all that is in it. */
function makeRoom(store: DocumentStore, inside: ReadonlySet<string>, parent: string | null): void {
  const { nodes } = store.view.getState();
  const right = Math.max(...[...inside].map((id) => nodes.get(id)?.position.x ?? 0));
  const behind = [...nodes.values()].filter((node) => node.parent === parent && !inside.has(node.id) && node.position.x > right);
  for (const id of withInside(nodes, behind.map((node) => node.id))) {
    const { x = 0, y = 0, ...rest } = nodes.get(id)?.position ?? {};
    nodesOf(store.doc).get(id)?.set("position", { ...rest, x: x + FRAME, y });
  }
}
