import * as Y from "yjs";
import type { Json } from "../contracts/api";
import type { GraphDocument, NodeDoc } from "../contracts/document";
import { REMOTE } from "./history";
import { equal } from "./merge";
import type { DocumentStore } from "./store";
import { edgeToY, edgesOf, nodesOf, nodeToY, paramsOf, restOf, setText } from "./ydoc";

/**
 * Makes the shared document equal to another one, touching only what differs.
 *
 * `local` makes it a step that can be undone; `remote` takes in what others saved.
 */
export function replaceDocument(store: DocumentStore, next: GraphDocument, by: "local" | "remote"): void {
  const { nodes, edges, ...rest } = next;
  const change = (): void => {
    replaceMap(nodesOf(store.doc), store.view.getState().nodes, nodes, (node, order) => nodeToY(node, order, store.isLongText), (shared, node, old) => patchNode(store, shared, node, old));
    replaceMap(edgesOf(store.doc), store.view.getState().edges, edges, edgeToY, patchKeys);
    for (const [key, value] of Object.entries(rest)) if (!equal(restOf(store.doc).get(key), value)) restOf(store.doc).set(key, value);
  };
  if (by === "local") store.history.act(change);
  else store.doc.transact(change, REMOTE);
}

function replaceMap<Element extends { id: string }>(
  shared: Y.Map<Y.Map<unknown>>,
  old: ReadonlyMap<string, Element>,
  next: readonly Element[],
  create: (element: Element, order: number) => Y.Map<unknown>,
  patch: (shared: Y.Map<unknown>, next: Element, old: Element) => void,
): void {
  const kept = new Set(next.map(({ id }) => id));
  for (const id of [...shared.keys()]) if (!kept.has(id)) shared.delete(id);
  next.forEach((element, order) => {
    const existing = shared.get(element.id);
    const before = old.get(element.id);
    if (!existing || !before) shared.set(element.id, create(element, order));
    else if (!equal(before, element)) patch(existing, element, before);
  });
}

function patchNode(store: DocumentStore, shared: Y.Map<unknown>, next: NodeDoc, old: NodeDoc): void {
  const { params, ...rest } = next;
  const { params: oldParams, ...oldRest } = old;
  patchKeys(shared, rest, oldRest);
  const sharedParams = paramsOf(shared);
  for (const name of Object.keys(oldParams)) if (!(name in params)) sharedParams.delete(name);
  for (const [name, value] of Object.entries(params)) if (!equal(oldParams[name], value)) setParamValue(store, sharedParams, next, name, value);
}

function setParamValue(store: DocumentStore, params: Y.Map<unknown>, node: NodeDoc, name: string, value: Json): void {
  const now = params.get(name);
  if (now instanceof Y.Text && typeof value === "string") setText(now, value);
  else params.set(name, typeof value === "string" && store.isLongText(node.type, node.type_version, name) ? new Y.Text(value) : value);
}

function patchKeys(shared: Y.Map<unknown>, next: { id: string }, old: { id: string }): void {
  const [to, from] = [next as Record<string, unknown>, old as Record<string, unknown>];
  for (const key of Object.keys(from)) if (!(key in to) && key !== "params") shared.delete(key);
  for (const [key, value] of Object.entries(to)) if (key !== "id" && !equal(from[key], value)) shared.set(key, value);
}
