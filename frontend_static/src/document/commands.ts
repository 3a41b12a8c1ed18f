/** What a person can do to a document. Each call is one step of undo. */
import * as Y from "yjs";
import type { Json, JsonObject } from "../contracts/api";
import type { NodeType } from "../contracts/catalogue";
import type { EdgeDoc, NodeDoc, Policy, Position, WorkflowSettings } from "../contracts/document";
import type { Ends, Graph } from "./connect";
import { around, outermost, withInside } from "./containers";
import { healed } from "./heal";
import { freeEdgeId, freeId } from "./ids";
import { normalisePolicy } from "./normalise";
import { settingsOf, type DocumentStore } from "./store";
import { edgesOf, edgeToY, nextOrder, nodesOf, nodeToY, paramsOf, restOf, setText } from "./ydoc";

export function newNode(store: DocumentStore, type: NodeType, position: Position, parent: string | null = null): NodeDoc {
  const id = freeId(type.name, (wish) => nodesOf(store.doc).has(wish));
  const params = Object.fromEntries(Object.entries(structuredClone(type.defaults)).filter(([, value]) => !isEmpty(value)));
  return { id, type: type.name, type_version: type.version, name: type.title, parent, position, params, policy: normalisePolicy({}), pinned: null };
}

/** Defaults that say nothing would only fill the document. */
const isEmpty = (value: Json): boolean => value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);

/** Adds nodes and edges as they are; their ids must be free. */
export function insert(store: DocumentStore, nodes: readonly NodeDoc[], edges: readonly (Ends & { id?: string })[] = []): void {
  store.history.act(() => insertNow(store, nodes, edges));
}

/** As part of another step. */
export function insertNow(store: DocumentStore, nodes: readonly NodeDoc[], edges: readonly (Ends & { id?: string })[]): void {
  const shared = nodesOf(store.doc);
  let order = nextOrder(shared);
  for (const node of nodes) shared.set(node.id, nodeToY(node, order++, store.isLongText));
  const sharedEdges = edgesOf(store.doc);
  let edgeOrder = nextOrder(sharedEdges);
  for (const edge of edges) {
    const id = edge.id ?? freeEdgeId((wish) => sharedEdges.has(wish));
    sharedEdges.set(id, edgeToY({ ...edge, id }, edgeOrder++));
  }
}

export function connect(store: DocumentStore, ends: Ends): void {
  insert(store, [], [ends]);
}

/** Moves an end of an edge; the edge keeps its id and its place in the order. */
export function reconnect(store: DocumentStore, edgeId: string, ends: Ends): void {
  const edge = edgesOf(store.doc).get(edgeId);
  if (!edge) return;
  store.history.act(() => {
    for (const [key, value] of Object.entries(ends)) if (edge.get(key) !== value) edge.set(key, value);
  });
}

/** Puts a new node into the middle of an edge. */
export function insertOnEdge(store: DocumentStore, edgeId: string, node: NodeDoc, ports: { input: string; output: string }): void {
  insertChain(store, edgeId, { nodes: [node], edges: [] }, { ...ports, first: node.id, last: node.id });
}

/** Puts new nodes into the middle of an edge, by the ports of the first and the last of them. */
export function insertChain(store: DocumentStore, edgeId: string, { nodes, edges }: { nodes: readonly NodeDoc[]; edges: readonly EdgeDoc[] }, ends: { input: string; output: string; first: string; last: string }): void {
  const edge = store.view.getState().edges.get(edgeId);
  if (!edge) return;
  store.history.act(() => {
    insertNow(store, nodes, [...edges, { source: ends.last, source_port: ends.output, target: edge.target, target_port: edge.target_port }]);
    const shared = edgesOf(store.doc).get(edgeId);
    shared?.set("target", ends.first);
    shared?.set("target_port", ends.input);
  });
}

/** Puts a node that stands alone into the middle of an edge, at these places of it and of what is inside it. */
export function moveOntoEdge(store: DocumentStore, edgeId: string, id: string, ports: { input: string; output: string }, places: Iterable<[string, Position]>): void {
  const view = store.view.getState();
  const edge = view.edges.get(edgeId);
  if (!edge) return;
  store.history.act(() => {
    for (const [one, { x, y }] of places) nodesOf(store.doc).get(one)?.set("position", { ...view.nodes.get(one)?.position, x, y });
    setParent(nodesOf(store.doc).get(id), view.nodes.get(edge.source)?.parent ?? null);
    insertNow(store, [], [{ source: id, source_port: ports.output, target: edge.target, target_port: edge.target_port }]);
    const shared = edgesOf(store.doc).get(edgeId);
    shared?.set("target", id);
    shared?.set("target_port", ports.input);
  });
}

/** Removes nodes with what is inside them, and edges. A removed node with one way in and one way out leaves them joined. */
export function remove(store: DocumentStore, nodeIds: Iterable<string>, edgeIds: Iterable<string> = []): void {
  const view = store.view.getState();
  const gone = withInside(view.nodes, nodeIds);
  const cut = new Set(edgeIds);
  for (const edge of view.edges.values()) if (gone.has(edge.source) || gone.has(edge.target)) cut.add(edge.id);
  if (gone.size === 0 && cut.size === 0) return;
  const joins = healed(view, store.catalogue, gone);
  store.history.act(() => {
    for (const id of gone) nodesOf(store.doc).delete(id);
    for (const id of cut) edgesOf(store.doc).delete(id);
    insertNow(store, [], joins);
  });
}

export function move(store: DocumentStore, places: Iterable<[string, Position]>, group = ""): void {
  const view = store.view.getState();
  const moved = [...places].filter(([id, to]) => {
    const at = view.nodes.get(id)?.position;
    return at && (at.x !== to.x || at.y !== to.y);
  });
  if (moved.length === 0) return;
  store.history.act(() => {
    for (const [id, to] of moved) nodesOf(store.doc).get(id)?.set("position", { ...view.nodes.get(id)?.position, x: to.x, y: to.y });
  }, group);
}

/** The edges that would join two scopes if these nodes, with what is inside them, were in a container. */
export function cutByMoving(view: Graph, ids: ReadonlySet<string>): EdgeDoc[] {
  return [...view.edges.values()].filter((edge) => ids.has(edge.source) !== ids.has(edge.target));
}

/** Puts nodes into a container, or out of all with `null`, at these places. Edges that would cross its border go. */
export function moveInto(store: DocumentStore, ids: Iterable<string>, parent: string | null, places: Iterable<[string, Position]> = []): void {
  const view = store.view.getState();
  const wanted = outermost(view.nodes, new Set(ids));
  const moved = new Set(wanted.filter((id) => id !== parent && view.nodes.get(id)?.parent !== parent && !(parent !== null && around(view.nodes, parent).includes(id))));
  store.history.act(() => {
    for (const [id, { x, y }] of places) nodesOf(store.doc).get(id)?.set("position", { ...view.nodes.get(id)?.position, x, y });
    for (const id of moved) setParent(nodesOf(store.doc).get(id), parent);
    for (const edge of cutByMoving(view, moved)) edgesOf(store.doc).delete(edge.id);
  });
}

function setParent(node: Y.Map<unknown> | undefined, parent: string | null): void {
  if (parent === null) node?.delete("parent");
  else node?.set("parent", parent);
}

/** Sets a key of a node, such as its name; `undefined` takes it away. */
export function setNodeKey(store: DocumentStore, id: string, key: string, value: unknown, group = ""): void {
  const node = nodesOf(store.doc).get(id);
  if (!node) return;
  store.history.act(() => (value === undefined ? node.delete(key) : node.set(key, value)), group && `${id}.${key}`);
}

export function setParam(store: DocumentStore, id: string, name: string, value: Json | undefined): void {
  const node = nodesOf(store.doc).get(id);
  if (!node) return;
  store.history.act(() => setSharedParam(store, node, name, value), `${id}.params.${name}`);
}

function setSharedParam(store: DocumentStore, node: Y.Map<unknown>, name: string, value: Json | undefined): void {
  const params = paramsOf(node);
  const now = params.get(name);
  if (value === undefined) params.delete(name);
  else if (now instanceof Y.Text && typeof value === "string") setText(now, value);
  else {
    const isText = typeof value === "string" && store.isLongText(String(node.get("type")), Number(node.get("type_version") ?? 1), name);
    params.set(name, isText ? new Y.Text(value) : value);
  }
}

/** Replaces several params of a node in one step. */
export function setParams(store: DocumentStore, id: string, params: JsonObject): void {
  const node = nodesOf(store.doc).get(id);
  if (!node) return;
  store.history.act(() => {
    for (const [name, value] of Object.entries(params)) setSharedParam(store, node, name, value);
  });
}

/** Changes part of a node's policy; `undefined` gives a key its default. */
export function setPolicy(store: DocumentStore, id: string, change: { [Key in keyof Policy]: Policy[Key] | undefined }): void {
  const node = nodesOf(store.doc).get(id);
  if (!node) return;
  const next: Record<string, unknown> = { ...(node.get("policy") as Policy | undefined), ...change };
  for (const key of Object.keys(next)) if (next[key] === undefined) delete next[key];
  store.history.act(() => node.set("policy", normalisePolicy(next)), `${id}.policy.${Object.keys(change).join()}`);
}

export function setDisabled(store: DocumentStore, ids: readonly string[], disabled: boolean): void {
  store.history.act(() => {
    for (const id of ids) {
      const node = nodesOf(store.doc).get(id);
      node?.set("policy", normalisePolicy({ ...(node.get("policy") as Policy | undefined), disabled }));
    }
  });
}

export function setSettings(store: DocumentStore, change: Partial<WorkflowSettings>): void {
  const next = { ...settingsOf(store.view.getState()), ...change };
  store.history.act(() => restOf(store.doc).set("settings", next), `settings.${Object.keys(change).join()}`);
}
