/** What React Flow is given: a view of the document and the selection, with the places of a drag laid over it. */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { EdgeChange, NodeChange } from "@xyflow/react";
import type { Editor } from "../actions/editor";
import type { Position } from "../contracts/document";
import { toFlowEdge, toFlowNode, type FlowEdge, type FlowNode } from "./toFlow";

export interface FlowState {
  nodes: FlowNode[];
  edges: FlowEdge[];
}

export interface FlowStore {
  state: StoreApi<FlowState>;
  onNodesChange: (changes: NodeChange<FlowNode>[]) => void;
  onEdgesChange: (changes: EdgeChange<FlowEdge>[]) => void;
  /** Places that differ from the document's, while a hand holds the nodes. */
  takeDragged: () => [string, Position][];
  start: () => () => void;
}

export function createFlowStore(editor: Editor): FlowStore {
  const { store, ui, catalogue } = editor;
  const dragged = new Map<string, Position>();
  const made = new Map<string, FlowNode>();
  const madeEdges = new Map<string, FlowEdge>();
  const shown = store.view.getState();
  const state = createStore<FlowState>(() => ({ nodes: allNodes(), edges: allEdges() }));

  function allNodes(): FlowNode[] {
    const { nodes } = store.view.getState();
    const { selectedNodes } = ui.getState();
    const next: FlowNode[] = [];
    for (const node of nodes.values()) {
      const selected = selectedNodes.has(node.id);
      const old = made.get(node.id);
      const isSame = old !== undefined && old.data.node === node && old.selected === selected && !dragged.has(node.id);
      const flow = isSame ? old : toFlowNode(node, catalogue, selected);
      if (!isSame) made.set(node.id, flow);
      const at = dragged.get(node.id);
      next.push(at ? { ...flow, position: at, dragging: true } : flow);
    }
    if (made.size > nodes.size) for (const id of made.keys()) if (!nodes.has(id)) made.delete(id);
    return next;
  }

  function allEdges(): FlowEdge[] {
    const { edges, nodes } = store.view.getState();
    const { selectedEdges } = ui.getState();
    const next: FlowEdge[] = [];
    for (const edge of edges.values()) {
      const selected = selectedEdges.has(edge.id);
      const old = madeEdges.get(edge.id);
      const isSame = old !== undefined && old.data?.edge === edge && old.selected === selected;
      const flow = isSame ? old : toFlowEdge(edge, nodes, selected);
      if (!isSame) madeEdges.set(edge.id, flow);
      next.push(flow);
    }
    if (madeEdges.size > edges.size) for (const id of madeEdges.keys()) if (!edges.has(id)) madeEdges.delete(id);
    return next;
  }

  function onNodesChange(changes: NodeChange<FlowNode>[]): void {
    const picked = selectionAfter(ui.getState().selectedNodes, changes);
    if (picked) ui.setState({ selectedNodes: picked, focusParam: null });
    let moved = false;
    for (const change of changes) {
      if (change.type !== "position" || !change.position || !change.dragging) continue;
      dragged.set(change.id, change.position);
      moved = true;
    }
    if (moved) state.setState({ nodes: allNodes() });
  }

  function onEdgesChange(changes: EdgeChange<FlowEdge>[]): void {
    const picked = selectionAfter(ui.getState().selectedEdges, changes);
    if (picked) ui.setState({ selectedEdges: picked });
  }

  function takeDragged(): [string, Position][] {
    const places = [...dragged];
    dragged.clear();
    for (const [id] of places) made.delete(id);
    return places;
  }

  function start(): () => void {
    const stopDocument = store.view.subscribe((view, old) => {
      if (view.nodes !== old.nodes) state.setState({ nodes: allNodes() });
      if (view.edges !== old.edges) state.setState({ edges: allEdges() });
    });
    const stopUi = ui.subscribe((now, old) => {
      if (now.selectedNodes !== old.selectedNodes) state.setState({ nodes: allNodes() });
      if (now.selectedEdges !== old.selectedEdges) state.setState({ edges: allEdges() });
    });
    // What changed between the first drawing and now.
    if (store.view.getState().nodes !== shown.nodes) state.setState({ nodes: allNodes() });
    if (store.view.getState().edges !== shown.edges) state.setState({ edges: allEdges() });
    return () => {
      stopDocument();
      stopUi();
    };
  }

  return { state, onNodesChange, onEdgesChange, takeDragged, start };
}

type Change = { type: string; id?: string; selected?: boolean };

/** The selection after React Flow's changes, or nothing when they change none of it. */
function selectionAfter(before: ReadonlySet<string>, changes: readonly Change[]): Set<string> | undefined {
  let after: Set<string> | undefined;
  for (const change of changes) {
    if (change.type !== "select" || change.id === undefined || before.has(change.id) === change.selected) continue;
    after ??= new Set(before);
    if (change.selected) after.add(change.id);
    else after.delete(change.id);
  }
  return after;
}
