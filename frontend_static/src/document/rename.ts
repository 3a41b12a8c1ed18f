import * as Y from "yjs";
import type { Json } from "../contracts/api";
import type { GraphDocument, NodeDoc } from "../contracts/document";
import { uiOf, type Catalogue } from "./catalogue";
import { isFrame, membersOf, renamedMembers } from "./frames";
import { renameInValue } from "./references";
import type { DocumentStore } from "./store";
import { edgesOf, nodesOf, paramsOf, setText } from "./ydoc";

/** Kinds whose strings never name nodes. */
const NO_REFERENCES = new Set(["python", "raw", "json_schema", "fields"]);

/** Changes a node's id; edges, children and every expression that names it follow. One step of undo. */
export function renameId(store: DocumentStore, from: string, to: string): void {
  const nodes = nodesOf(store.doc);
  const shared = nodes.get(from);
  if (!shared || from === to || nodes.has(to)) return;
  const view = store.view.getState();
  store.history.act(() => {
    nodes.set(to, shared.clone());
    nodes.delete(from);
    for (const edge of view.edges.values()) {
      const sharedEdge = edgesOf(store.doc).get(edge.id);
      if (edge.source === from) sharedEdge?.set("source", to);
      if (edge.target === from) sharedEdge?.set("target", to);
    }
    for (const node of view.nodes.values()) {
      const sharedNode = nodes.get(node.id === from ? to : node.id);
      if (!sharedNode) continue;
      if (node.parent === from) sharedNode.set("parent", to);
      for (const [name, value] of Object.entries(renamedParams(node, store.catalogue, from, to))) {
        const text = paramsOf(sharedNode).get(name);
        if (text instanceof Y.Text && typeof value === "string") setText(text, value);
        else paramsOf(sharedNode).set(name, value);
      }
      renamePolicy(sharedNode, node, from, to);
      if (isFrame(node) && membersOf(node).includes(from)) paramsOf(sharedNode).set("nodes", membersOf(node).map((id) => (id === from ? to : id)));
    }
  });
}

/** The same in a document that nobody has opened. */
export function renamedIn(document: GraphDocument, catalogue: Catalogue, from: string, to: string): GraphDocument {
  const renamed = (id: string): string => (id === from ? to : id);
  const nodes = document.nodes.map((one) => renamedMembers(one, renamed)).map((node) => ({
    ...node,
    id: renamed(node.id),
    parent: node.parent === null ? null : renamed(node.parent),
    params: { ...node.params, ...renamedParams(node, catalogue, from, to) },
    policy: renamedPolicy(node, from, to) ?? node.policy,
  }));
  const edges = document.edges.map((edge) => ({ ...edge, source: renamed(edge.source), target: renamed(edge.target) }));
  return { ...document, nodes, edges } as GraphDocument;
}

/** The params of a node that change when another one is renamed. */
export function renamedParams(node: NodeDoc, catalogue: Catalogue, from: string, to: string): Record<string, Json> {
  const root = catalogue.typeOf(node)?.params_schema;
  const changed: Record<string, Json> = {};
  for (const [name, value] of Object.entries(node.params)) {
    const schema = root?.properties?.[name];
    const kind = (root && schema && uiOf(schema, root).kind) ?? "template";
    if (NO_REFERENCES.has(kind)) continue;
    const next = renameInValue(value, from, to, kind === "expression");
    if (next !== value) changed[name] = next;
  }
  return changed;
}

function renamePolicy(shared: Y.Map<unknown>, node: NodeDoc, from: string, to: string): void {
  const policy = renamedPolicy(node, from, to);
  if (policy) shared.set("policy", policy);
}

/** A node's policy, where it names another one. */
function renamedPolicy({ policy }: NodeDoc, from: string, to: string): NodeDoc["policy"] | undefined {
  const handling = policy.on_error;
  if (typeof handling !== "object") return undefined;
  const value = renameInValue(handling.value, from, to, false);
  return value === handling.value ? undefined : { ...policy, on_error: { ...handling, value } };
}

/** How many places name a node. */
export function countReferences(store: DocumentStore, id: string): number {
  const probe = `${id}_`;
  let count = 0;
  for (const node of store.view.getState().nodes.values()) count += Object.keys(renamedParams(node, store.catalogue, id, probe)).length;
  return count;
}
