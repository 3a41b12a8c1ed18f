/** What React Flow is given: a view of the document and the selection, with the places of a drag laid over it. */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { EdgeChange, NodeChange } from "@xyflow/react";
import type { Editor } from "../actions/editor";
import type { NodeDoc, Position } from "../contracts/document";
import { portsBetween } from "../document/connect";
import { around, withInside } from "../document/containers";
import { isFrame, withFramed } from "../document/frames";
import { boxesOf, type Box } from "./boxes";
import { edgeAt } from "./edgeAt";
import { align, NO_GUIDES, type Guides, type Rect } from "./guides";
import { framed, NO_FRAMES, type Framed } from "./framed";
import { dataOf, toFlowEdge, movedFlowNode, toFlowFrame, toFlowNode, type FlowEdge, type FlowNode } from "./toFlow";

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
  /** Where frames stand while no hand holds anything, and what they hide. */
  frames: () => Framed;
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
  let frames: Framed = NO_FRAMES;
  let restingFrames = frames;
  const heldFrames = new Set<string>();
  const shown = store.view.getState();
  const guides = createStore<Guides>(() => NO_GUIDES);
  const state = createStore<FlowState>(() => ({ nodes: allNodes(), edges: allEdges() }));

  function allNodes(): FlowNode[] {
    const { nodes } = store.view.getState();
    const { selectedNodes } = ui.getState();
    placeBoxes(nodes);
    placeFrames(nodes);
    const next: FlowNode[] = [];
    for (const id of frames.boxes.keys()) {
      const node = nodes.get(id);
      if (node && !frames.hiddenBy.has(id)) next.push(frameNode(node, selectedNodes.has(id)));
    }
    for (const id of boxes.keys()) {
      const node = nodes.get(id);
      if (node && !frames.hiddenBy.has(id)) next.push(boxNode(node, selectedNodes.has(id)));
    }
    for (const node of nodes.values()) {
      if (boxes.has(node.id) || frames.boxes.has(node.id) || frames.hiddenBy.has(node.id)) continue;
      const selected = selectedNodes.has(node.id);
      const old = made.get(node.id);
      const isSame = old !== undefined && old.data.node === node && old.selected === selected && !dragged.has(node.id);
      const flow = isSame ? old : (old && movedFlowNode(old, node, selected)) ?? toFlowNode(node, catalogue, selected, undefined, marks?.nodes.get(node.id));
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

  /** While nodes are in the hand, frames stay where they are, so that nodes can be taken out; a frame in the hand goes with its nodes. */
  function placeFrames(nodes: ReadonlyMap<string, NodeDoc>): void {
    if (dragged.size > 0 && heldFrames.size === 0) return;
    const place = (node: NodeDoc): Rect => {
      const { width, height } = dataOf(node, catalogue).layout;
      return boxes.get(node.id) ?? { ...(dragged.get(node.id) ?? node.position), width, height };
    };
    frames = framed(nodes, place, ui.getState().folded);
    if (dragged.size === 0) restingFrames = frames;
  }

  function frameNode(node: NodeDoc, selected: boolean): FlowNode {
    const box = frames.boxes.get(node.id);
    if (!box) return toFlowNode(node, catalogue, selected);
    const old = made.get(node.id);
    const was = old?.data.frame;
    const isSame = old?.data.node === node && old.selected === selected && was !== undefined && (Object.keys(box) as (keyof typeof box)[]).every((key) => was[key] === box[key]);
    const flow = isSame ? old : toFlowFrame(node, catalogue, selected, box, around(store.view.getState().nodes, node.id).length);
    if (!isSame) made.set(node.id, flow);
    return heldFrames.has(node.id) ? { ...flow, dragging: true } : flow;
  }

  function refresh(): void {
    const before = frames.hiddenBy;
    const nodes = allNodes();
    state.setState(frames.hiddenBy.size + before.size > 0 ? { nodes, edges: allEdges() } : { nodes });
  }

  /** Asked for each drag of thousands of nodes: what a node is drawn from knows its type. */
  function hasContainer(nodes: ReadonlyMap<string, NodeDoc>): boolean {
    for (const node of nodes.values()) if (catalogue.typeOf(node)?.container) return true;
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
      const ends = { source: frames.hiddenBy.get(edge.source) ?? edge.source, target: frames.hiddenBy.get(edge.target) ?? edge.target };
      if (ends.source === ends.target) continue;
      const isSame = old !== undefined && old.data?.edge === edge && old.selected === selected && old.source === ends.source && old.target === ends.target;
      const flow = isSame ? old : toFlowEdge(edge, nodes, selected, marks?.edges.get(edge.id), ends);
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
    const ids = withFramed(nodes, moves.map(([id]) => id));
    const fixed = new Set([...withInside(nodes, ids), ...moves.flatMap(([id]) => around(nodes, id))]);
    const others = state.getState().nodes.flatMap((node) => (fixed.has(node.id) || node.type === "note" || node.type === "frame" ? [] : [rectOf(node, node.position)]));
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
    if (!node || !flow || isFrame(node) || [...graph.edges.values()].some((edge) => edge.source === id || edge.target === id)) return null;
    const edge = edgeAt(state.getState(), rectOf(flow, dragged.get(id) ?? boxes.get(id) ?? flow.position))?.data?.edge;
    return edge && node.type !== "start" && portsBetween(graph, catalogue, edge, node) ? edge.id : null;
  }

  /** What is in a container goes with it. */
  function drag(id: string, to: Position): void {
    const { nodes } = store.view.getState();
    const frame = restingFrames.boxes.get(id);
    if (frame) {
      heldFrames.add(id);
      for (const inner of withFramed(nodes, [id])) {
        const at = nodes.get(inner)?.position ?? to;
        dragged.set(inner, { x: at.x + to.x - frame.x, y: at.y + to.y - frame.y });
      }
      return;
    }
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
    heldFrames.clear();
    guides.setState(NO_GUIDES, true);
    ui.setState({ overEdge: null });
    for (const [id] of places) made.delete(id);
    return places;
  }

  function start(): () => void {
    const stopDocument = store.view.subscribe((view, old) => {
      if (view.nodes !== old.nodes) refresh();
      if (view.edges !== old.edges) state.setState({ edges: allEdges() });
    });
    const stopUi = ui.subscribe((now, old) => {
      if (now.selectedNodes !== old.selectedNodes || now.folded !== old.folded) refresh();
      if (now.selectedEdges !== old.selectedEdges) state.setState({ edges: allEdges() });
    });
    // What changed between the first drawing and now.
    if (store.view.getState().nodes !== shown.nodes) refresh();
    if (store.view.getState().edges !== shown.edges) state.setState({ edges: allEdges() });
    return () => {
      stopDocument();
      stopUi();
    };
  }

  return { state, guides, onNodesChange, onEdgesChange, takeDragged, boxes: () => boxes, restingBoxes: () => resting, frames: () => restingFrames, keepSelected: (ids) => (kept = ids), start };
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
