import { createStore, type StoreApi } from "zustand/vanilla";
import * as Y from "yjs";
import type { EdgeDoc, GraphDocument, NodeDoc, WorkflowSettings } from "../contracts/document";
import { isLongText, type Catalogue } from "./catalogue";
import { History, REMOTE } from "./history";
import { edgeFromY, edgesOf, fillDoc, nodeFromY, nodesOf, nodeWithKeys, orderedIds, restOf, type IsLongText } from "./ydoc";

/** What the page shows of the document. Elements that did not change keep their identity. */
export interface DocumentView {
  nodes: ReadonlyMap<string, NodeDoc>;
  edges: ReadonlyMap<string, EdgeDoc>;
  rest: Readonly<Record<string, unknown>>;
  canUndo: boolean;
  canRedo: boolean;
  /** Counts the changes that belong in a save. */
  change: number;
}

/** The shared document and the view derived from it. */
export interface DocumentStore {
  readonly doc: Y.Doc;
  readonly catalogue: Catalogue;
  readonly history: History;
  readonly view: StoreApi<DocumentView>;
  readonly isLongText: IsLongText;
  toJson(): GraphDocument;
  destroy(): void;
}

/**
 * The view stands at once; the shared document behind it is built on its first use or when the page has a quiet moment, since
 * nothing that is only looked at needs it.
 */
export function createDocumentStore(json: GraphDocument, catalogue: Catalogue, now?: () => number): DocumentStore {
  const longText: IsLongText = (type, version, param) => isLongText(catalogue.typeOf({ type, type_version: version }), param);
  const view = createStore<DocumentView>(() => firstView(json));
  let shared: Shared | undefined;
  const build = (): Shared => (shared ??= share(json, longText, view, now));
  const quiet = typeof requestIdleCallback === "function" ? requestIdleCallback(build, { timeout: 5000 }) : 0;
  return {
    get doc() {
      return build().doc;
    },
    get history() {
      return build().history;
    },
    catalogue,
    view,
    isLongText: longText,
    toJson: () => viewToJson(view.getState()),
    destroy: () => {
      if (quiet) cancelIdleCallback(quiet);
      shared?.doc.destroy();
    },
  };
}

interface Shared {
  doc: Y.Doc;
  history: History;
}

function share(json: GraphDocument, longText: IsLongText, view: StoreApi<DocumentView>, now: (() => number) | undefined): Shared {
  const doc = new Y.Doc();
  fillDoc(doc, json, longText);
  const history = new History(doc, [nodesOf(doc), edgesOf(doc), restOf(doc)], now);
  // Collected while a transaction is told, shown at its end: nobody sees an edge whose node is already gone.
  let pending: Partial<DocumentView> = {};
  nodesOf(doc).observeDeep((events) => (pending.nodes = patched(view.getState().nodes, nodesOf(doc), events, nodeFromY, nodeWithKeys)));
  edgesOf(doc).observeDeep((events) => (pending.edges = patched(view.getState().edges, edgesOf(doc), events, edgeFromY)));
  restOf(doc).observeDeep(() => (pending.rest = restOf(doc).toJSON()));
  doc.on("afterTransaction", (transaction: Y.Transaction) => {
    if (transaction.changed.size === 0) return;
    const change = view.getState().change + (transaction.origin === REMOTE ? 0 : 1);
    view.setState({ ...pending, change, canUndo: history.canUndo, canRedo: history.canRedo });
    pending = {};
  });
  const refresh = (): void => view.setState({ canUndo: history.canUndo, canRedo: history.canRedo });
  history.manager.on("stack-item-added", refresh);
  history.manager.on("stack-item-popped", refresh);
  history.manager.on("stack-cleared", refresh);
  return { doc, history };
}

function firstView({ nodes, edges, ...rest }: GraphDocument): DocumentView {
  const byId = <Element extends { id: string }>(elements: Element[]) => new Map(elements.map((element) => [element.id, element]));
  return { nodes: byId(nodes), edges: byId(edges), rest, canUndo: false, canRedo: false, change: 0 };
}

type Events = readonly Y.YEvent<Y.AbstractType<unknown>>[];

type Read<Element> = (id: string, shared: Y.Map<unknown>) => Element;
/** Reads the changed keys of an element alone, or nothing where that does not do. */
type ReadKeys<Element> = (old: Element, shared: Y.Map<unknown>, keys: ReadonlySet<string>) => Element | undefined;

/** The map with only the touched elements read again. */
function patched<Element>(old: ReadonlyMap<string, Element>, shared: Y.Map<Y.Map<unknown>>, events: unknown, read: Read<Element>, readKeys?: ReadKeys<Element>) {
  /** By element: which of its keys changed; nothing where it is read as a whole. */
  const touched = new Map<string, ReadonlySet<string> | undefined>();
  for (const event of events as Events) {
    const { path } = event;
    const id = String(path[0]);
    if (path.length === 1 && event instanceof Y.YMapEvent && !touched.has(id)) touched.set(id, event.keysChanged as Set<string>);
    else if (path.length > 0) touched.set(id, undefined);
    else for (const key of event.changes.keys.keys()) touched.set(key, undefined);
  }
  const next = new Map(old);
  let isNew = false;
  for (const [id, keys] of touched) {
    const element = shared.get(id);
    const before = old.get(id);
    if (element) {
      isNew ||= before === undefined;
      next.set(id, (before && keys && readKeys?.(before, element, keys)) ?? read(id, element));
    } else next.delete(id);
  }
  return isNew ? reordered(next, shared) : next;
}

function reordered<Element>(elements: Map<string, Element>, shared: Y.Map<Y.Map<unknown>>): Map<string, Element> {
  return new Map(orderedIds(shared).map((id) => [id, elements.get(id) as Element]));
}

function viewToJson(view: DocumentView): GraphDocument {
  const { schema, settings, annotations, ...unknown } = view.rest;
  return { schema, settings, nodes: [...view.nodes.values()], edges: [...view.edges.values()], annotations, ...unknown } as unknown as GraphDocument;
}

export const settingsOf = (view: DocumentView): WorkflowSettings => (view.rest.settings ?? {}) as WorkflowSettings;
