/** What React Flow is given: a view of the document and the selection, with the places of a drag laid over it. */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { EdgeChange, NodeChange } from "@xyflow/react";
import type { Editor } from "../actions/editor";
import type { NodeDoc, Position } from "../contracts/document";
import { portsBetween } from "../document/connect";
import { around, withInside } from "../document/containers";
import { boxesOf, type Box } from "./boxes";
import { edgeAt } from "./edgeAt";
import { align, NO_GUIDES, type Guides, type Rect } from "./guides";
import { dataOf, toFlowEdge, toFlowNode, type FlowEdge, type FlowNode } from "./toFlow";

export interface FlowState {
  nodes: FlowNode[];
  edges: FlowEdge[];
}

export interface FlowStore {
  state: StoreApi<FlowState>;
  /** With what the nodes in the hand stand in line. */
  guides: StoreApi<Guides>;
  onNodesChange: (changes: NodeChange<FlowNode>[]) => void;
  onEdgesChange: (changes: EdgeChange<FlowEdge>[]) => void;
  /** Places that differ from the document's, while a hand holds the nodes. */
  takeDragged: () => [string, Position][];
  /** Where the containers stand, as drawn. */
  boxes: () => ReadonlyMap<string, Box>;
  /** Where they stood before the hand took hold of what it holds now. */
  restingBoxes: () => ReadonlyMap<string, Box>;
  /** While a marquee adds to the selection. */
  keepSelected: (ids: ReadonlySet<string>) => void;
  start: () => () => void;
}

/** How many pixels a node is pulled to stand in line, and of how many it is worth while. */
const GUIDE_REACH = 6;
const MOST_GUIDED = 40;

const NO_BOXES: ReadonlyMap<string, Box> = new Map();

export function createFlowStore(editor: Editor): FlowStore {
  const { store, ui, catalogue, marks } = editor;
  const dragged = new Map<string, Position>();
  /** What stays selected, whatever a marquee takes in. */
  let kept: ReadonlySet<string> = new Set();
  /** Containers in the hand. */
  const held = new Set<string>();
  const made = new Map<string, FlowNode>();
  const madeEdges = new Map<string, FlowEdge>();
  let boxes: ReadonlyMap<string, Box> = new Map();
  let resting = boxes;
  const shown = store.view.getState();
  const guides = createStore<Guides>(() => NO_GUIDES);
  const state = createStore<FlowState>(() => ({ nodes: allNodes(), edges: allEdges() }));

  function allNodes(): FlowNode[] {
    const { nodes } = store.view.getState();
    const { selectedNodes } = ui.getState();
    placeBoxes(nodes);
    const next: FlowNode[] = [];
    for (const id of boxes.keys()) {
      const node = nodes.get(id);
      if (node) next.push(boxNode(node, selectedNodes.has(id)));
    }
    for (const node of nodes.values()) {
      if (boxes.has(node.id)) continue;
      const selected = selectedNodes.has(node.id);
      const old = made.get(node.id);
      const isSame = old !== undefined && old.data.node === node && old.selected === selected && !dragged.has(node.id);
      const flow = isSame ? old : toFlowNode(node, catalogue, selected, undefined, marks?.nodes.get(node.id));
      if (!isSame) made.set(node.id, flow);
      const at = dragged.get(node.id);
      next.push(at ? { ...flow, position: at, dragging: true } : flow);
    }
    if (made.size > nodes.size) for (const id of made.keys()) if (!nodes.has(id)) made.delete(id);
    return next;
  }

  function placeBoxes(nodes: ReadonlyMap<string, NodeDoc>): void {
    boxes = hasContainer(nodes) ? boxesOf(nodes, catalogue, (node) => dragged.get(node.id) ?? node.position) : NO_BOXES;
    if (dragged.size === 0) resting = boxes;
  }

  /** Asked for each drag of thousands of nodes: what a node is drawn from knows its type. */
  function hasContainer(nodes: ReadonlyMap<string, NodeDoc>): boolean {
    for (const node of nodes.values()) if (dataOf(node, catalogue).type?.container) return true;
    return false;
  }

  function boxNode(node: NodeDoc, selected: boolean): FlowNode {
    const box = boxes.get(node.id) as Box;
    const old = made.get(node.id);
    const { layout } = old?.data ?? {};
    const isSame =
      old?.data.node === node && old.selected === selected && old.position.x === box.x && old.position.y === box.y && layout?.width === box.width && layout.height === box.height && exitsOf(old) === box.exits.join();
    const flow = isSame ? (old as FlowNode) : toFlowNode(node, catalogue, selected, box, marks?.nodes.get(node.id));
    if (!isSame) made.set(node.id, flow);
    return dragged.has(node.id) ? { ...flow, dragging: true } : flow;
  }

  function allEdges(): FlowEdge[] {
    const { edges, nodes } = store.view.getState();
    const { selectedEdges } = ui.getState();
    const next: FlowEdge[] = [];
    for (const edge of edges.values()) {
      const selected = selectedEdges.has(edge.id);
      const old = madeEdges.get(edge.id);
      const isSame = old !== undefined && old.data?.edge === edge && old.selected === selected;
      const flow = isSame ? old : toFlowEdge(edge, nodes, selected, marks?.edges.get(edge.id));
      if (!isSame) madeEdges.set(edge.id, flow);
      next.push(flow);
    }
    if (madeEdges.size > edges.size) for (const id of madeEdges.keys()) if (!edges.has(id)) madeEdges.delete(id);
    return next;
  }

  function onNodesChange(changes: NodeChange<FlowNode>[]): void {
    const picked = selectionAfter(ui.getState().selectedNodes, changes);
    if (picked) for (const id of kept) picked.add(id);
    if (picked) ui.setState({ selectedNodes: picked, focusParam: null });
    const moves = changes.flatMap((change): [string, Position][] => (change.type === "position" && change.position && change.dragging ? [[change.id, change.position]] : []));
    if (moves.length === 0) return;
    const shift = intoLine(moves);
    for (const [id, to] of moves) drag(id, { x: to.x + shift.x, y: to.y + shift.y });
    state.setState({ nodes: allNodes() });
    const over = moves.length === 1 ? edgeUnder(moves[0]?.[0] ?? "") : null;
    if (over !== ui.getState().overEdge) ui.setState({ overEdge: over });
  }

  /** Few nodes in a hand are pulled into line with those that rest. */
  function intoLine(moves: readonly [string, Position][]): Position {
    const { nodes } = store.view.getState();
    if (moves.length > MOST_GUIDED) return { x: 0, y: 0 };
    const ids = new Set(moves.map(([id]) => id));
    const fixed = new Set([...withInside(nodes, ids), ...moves.flatMap(([id]) => around(nodes, id))]);
    const others = state.getState().nodes.flatMap((node) => (fixed.has(node.id) || node.type === "note" ? [] : [rectOf(node, node.position)]));
    const held = moves.flatMap(([id, to]) => {
      const node = made.get(id);
      return node ? [rectOf(node, to)] : [];
    });
    const found = align(boundsOf(held), others, GUIDE_REACH / (ui.getState().canvas?.zoomNow() ?? 1));
    guides.setState(found.guides, true);
    return found.shift;
  }

  /** The edge that a node without connections would go into here. */
  function edgeUnder(id: string): string | null {
    const graph = store.view.getState();
    const node = graph.nodes.get(id);
    const flow = made.get(id);
    if (!node || !flow || [...graph.edges.values()].some((edge) => edge.source === id || edge.target === id)) return null;
    const edge = edgeAt(state.getState(), rectOf(flow, dragged.get(id) ?? boxes.get(id) ?? flow.position))?.data?.edge;
    return edge && node.type !== "start" && portsBetween(graph, catalogue, edge, node) ? edge.id : null;
  }

  /** What is in a container goes with it. */
  function drag(id: string, to: Position): void {
    const { nodes } = store.view.getState();
    const box = resting.get(id);
    if (!box) {
      if (!insideOfDragged(id)) dragged.set(id, to);
      return;
    }
    if (insideOfDragged(id)) return;
    const shift = { x: to.x - box.x, y: to.y - box.y };
    for (const inner of withInside(nodes, [id])) {
      const at = nodes.get(inner)?.position ?? to;
      dragged.set(inner, { x: at.x + shift.x, y: at.y + shift.y });
    }
    held.add(id);
  }

  function insideOfDragged(id: string): boolean {
    return held.size > 0 && around(store.view.getState().nodes, id).some((outer) => held.has(outer));
  }

  function onEdgesChange(changes: EdgeChange<FlowEdge>[]): void {
    const picked = selectionAfter(ui.getState().selectedEdges, changes);
    if (picked) ui.setState({ selectedEdges: picked });
  }

  function takeDragged(): [string, Position][] {
    const places = [...dragged];
    dragged.clear();
    held.clear();
    guides.setState(NO_GUIDES, true);
    ui.setState({ overEdge: null });
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

  return { state, guides, onNodesChange, onEdgesChange, takeDragged, boxes: () => boxes, restingBoxes: () => resting, keepSelected: (ids) => (kept = ids), start };
}

const rectOf = ({ data }: FlowNode, { x, y }: Position): Rect => ({ x, y, width: data.layout.width, height: data.layout.height });

function boundsOf(rects: readonly Rect[]): Rect {
  const [left, top] = [Math.min(...rects.map(({ x }) => x)), Math.min(...rects.map(({ y }) => y))];
  const [right, bottom] = [Math.max(...rects.map(({ x, width }) => x + width)), Math.max(...rects.map(({ y, height }) => y + height))];
  return { x: left, y: top, width: right - left, height: bottom - top };
}

const exitsOf = ({ data }: FlowNode): string => data.layout.exits?.join() ?? "";

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
