/**
 * The graph document as shared data: a map of nodes, each a map of its keys, so that two changes to different keys never collide.
 *
 * `params` is a map of its own, and long texts are shared texts. The order of nodes and edges in the JSON is kept under a key
 * of its own, since the order of edges has a meaning.
 */
import * as Y from "yjs";
import type { Json, JsonObject } from "../contracts/api";
import type { EdgeDoc, GraphDocument, NodeDoc } from "../contracts/document";

export type IsLongText = (type: string, version: number, param: string) => boolean;

const ORDER = "$order";
const NODE_DEFAULTS = { type_version: 1, name: "", parent: null, pinned: null } as const;

export const nodesOf = (doc: Y.Doc): Y.Map<Y.Map<unknown>> => doc.getMap("nodes");
export const edgesOf = (doc: Y.Doc): Y.Map<Y.Map<unknown>> => doc.getMap("edges");
/** Every other key of the document, such as `settings` and `annotations`. */
export const restOf = (doc: Y.Doc): Y.Map<unknown> => doc.getMap("rest");
export const paramsOf = (node: Y.Map<unknown>): Y.Map<unknown> => node.get("params") as Y.Map<unknown>;

export function fillDoc(doc: Y.Doc, json: GraphDocument, isLongText: IsLongText): void {
  const { nodes, edges, ...rest } = json;
  doc.transact(() => {
    for (const [key, value] of Object.entries(rest)) restOf(doc).set(key, value);
    nodes.forEach((node, order) => nodesOf(doc).set(node.id, nodeToY(node, order, isLongText)));
    edges.forEach((edge, order) => edgesOf(doc).set(edge.id, edgeToY(edge, order)));
  });
}

export function nodeToY(node: NodeDoc, order: number, isLongText: IsLongText): Y.Map<unknown> {
  const { id: _id, params, ...rest } = node;
  const shared = new Y.Map<unknown>();
  for (const [key, value] of Object.entries(rest)) if (!isDefault(key, value)) shared.set(key, value);
  const sharedParams = new Y.Map<unknown>();
  for (const [name, value] of Object.entries(params)) {
    const isText = typeof value === "string" && isLongText(node.type, node.type_version, name);
    sharedParams.set(name, isText ? new Y.Text(value) : value);
  }
  shared.set("params", sharedParams);
  shared.set(ORDER, order);
  return shared;
}

export function edgeToY(edge: EdgeDoc, order: number): Y.Map<unknown> {
  const { id: _id, ...rest } = edge;
  const shared = new Y.Map<unknown>();
  for (const [key, value] of Object.entries(rest)) shared.set(key, value);
  shared.set(ORDER, order);
  return shared;
}

const isDefault = (key: string, value: unknown): boolean => key in NODE_DEFAULTS && NODE_DEFAULTS[key as keyof typeof NODE_DEFAULTS] === value;

export function nodeFromY(id: string, shared: Y.Map<unknown>): NodeDoc {
  const node: Record<string, unknown> = { id, ...NODE_DEFAULTS };
  for (const [key, value] of shared.entries()) if (key !== ORDER && key !== "params") node[key] = value;
  const params: JsonObject = {};
  for (const [name, value] of paramsOf(shared).entries()) params[name] = value instanceof Y.Text ? value.toString() : (value as Json);
  return { ...node, params, position: node.position ?? { x: 0, y: 0 }, policy: node.policy ?? {} } as NodeDoc;
}

/** A node of which only these keys changed, without reading the others again: an undo may touch thousands. */
export function nodeWithKeys(old: NodeDoc, shared: Y.Map<unknown>, keys: ReadonlySet<string>): NodeDoc | undefined {
  if (keys.has("params")) return undefined;
  const next: Record<string, unknown> = { ...old };
  for (const key of keys) {
    const value = shared.get(key);
    if (key === ORDER) continue;
    if (value === undefined) return undefined;
    next[key] = value;
  }
  return next as unknown as NodeDoc;
}

export function edgeFromY(id: string, shared: Y.Map<unknown>): EdgeDoc {
  const edge: Record<string, unknown> = { id };
  for (const [key, value] of shared.entries()) if (key !== ORDER) edge[key] = value;
  return edge as EdgeDoc;
}

export const orderOf = (shared: Y.Map<unknown>): number => (shared.get(ORDER) as number | undefined) ?? 0;

/** The order number of something added last. */
export function nextOrder(map: Y.Map<Y.Map<unknown>>): number {
  let last = -1;
  for (const shared of map.values()) last = Math.max(last, orderOf(shared));
  return last + 1;
}

/** Ids in document order. */
export function orderedIds(map: Y.Map<Y.Map<unknown>>): string[] {
  const ids = [...map.entries()].map(([id, shared]) => ({ id, order: orderOf(shared) }));
  return ids.sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
}

/** Changes a shared text with the smallest edit, so that a colleague's edit elsewhere in it survives. */
export function setText(text: Y.Text, next: string): void {
  const now = text.toString();
  if (now === next) return;
  const most = Math.min(now.length, next.length);
  let start = 0;
  while (start < most && now[start] === next[start]) start++;
  let end = 0;
  while (end < most - start && now[now.length - 1 - end] === next[next.length - 1 - end]) end++;
  if (now.length - start - end > 0) text.delete(start, now.length - start - end);
  if (next.length - start - end > 0) text.insert(start, next.slice(start, next.length - end));
}
