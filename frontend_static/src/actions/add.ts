import type { NodeType } from "../contracts/catalogue";
import type { NodeDoc, Position } from "../contracts/document";
import { insert, insertOnEdge, newNode } from "../document/commands";
import { portFor, portsBetween, refusal, type Ends, type OpenEnd } from "../document/connect";
import { portsIn } from "../document/containers";
import { frameOf, joinFrame } from "../document/frames";
import { portsOf } from "../document/ports";
import type { Action } from "./action";
import { isEditable } from "./action";
import type { Editor } from "./editor";
import { onlySelected, select, type SearchPlace } from "./ui";

const GRID = 8;
const snap = (at: Position): Position => ({ x: Math.round(at.x / GRID) * GRID, y: Math.round(at.y / GRID) * GRID });

/** Adds a node of a type, joined to an open end or put into an edge where a place says so. */
export function addNode(editor: Editor, type: NodeType, place: Pick<SearchPlace, "at" | "end" | "edgeId">): NodeDoc {
  const { store, ui } = editor;
  const node = newNode(store, type, snap(place.at), parentFor(editor, place, type));
  const edge = store.view.getState().edges.get(place.edgeId ?? "");
  const between = edge && portsBetween(store.view.getState(), editor.catalogue, edge, node);
  const frame = frameFor(editor, place);
  store.history.act(() => {
    if (edge && between) insertOnEdge(store, edge.id, node, between);
    else insert(store, [node], place.end ? endsTo(editor, place.end, node, type) : []);
    if (frame !== null) joinFrame(store, frame, node.id);
  });
  select(ui, [node.id]);
  ui.setState({ search: null, announcement: `Added ${type.title}` });
  // The inspector may open and take a part of the canvas first.
  window.setTimeout(() => ui.getState().canvas?.show(node.id), 60);
  return node;
}

/** Beside the node that it is joined to, else in the container that lies there. The input of a run comes once, from outside. */
function parentFor({ store, ui }: Editor, place: Pick<SearchPlace, "at" | "end" | "edgeId">, type: NodeType): string | null {
  const { nodes, edges } = store.view.getState();
  const beside = place.end?.nodeId ?? edges.get(place.edgeId ?? "")?.source;
  if (beside !== undefined) return nodes.get(beside)?.parent ?? null;
  if (type.name === "start") return null;
  return ui.getState().canvas?.containerAt({ x: place.at.x + NODE.x, y: place.at.y + NODE.y }) ?? null;
}

/** In the frame of the node that it is joined to, or of both that it stands between; else in the one that lies there. */
function frameFor({ store, ui }: Editor, { at, end, edgeId }: Pick<SearchPlace, "at" | "end" | "edgeId">): string | null {
  const { nodes, edges } = store.view.getState();
  const of = (id: string | undefined): string | null => frameOf(nodes, id ?? "")?.id ?? null;
  if (end) return of(end.nodeId);
  const edge = edges.get(edgeId ?? "");
  if (edge) return of(edge.source) === of(edge.target) ? of(edge.source) : null;
  return ui.getState().canvas?.frameAt({ x: at.x + NODE.x, y: at.y + NODE.y }) ?? null;
}

/** From the place of a new node to its middle. */
const NODE = { x: 120, y: 40 };
const ROOM = { x: 264, y: 136 };

/** The nearest place to the right or below where a node of usual size lies on no other, and on no container but the selected one. */
export function freePlace({ store, ui, catalogue }: Editor, at: Position): Position {
  const { canvas, selectedNodes } = ui.getState();
  const { nodes } = store.view.getState();
  const selected = nodes.get([...selectedNodes][0] ?? "");
  const inside = selected && catalogue.typeOf(selected)?.container ? selected.id : (selected?.parent ?? null);
  const box = inside === null ? undefined : canvas?.rectOf(inside);
  const others = [...nodes.values()].filter((node) => node.parent === inside && node.type !== "frame").map((node) => canvas?.rectOf(node.id) ?? { ...node.position, width: 240, height: 76 });
  const isFree = ({ x, y }: Position): boolean =>
    !others.some((other) => x < other.x + other.width + ROOM.x - 240 && other.x < x + ROOM.x && y < other.y + other.height + ROOM.y - 76 && other.y < y + ROOM.y);
  if (box) at = { x: box.x + INNER.x, y: box.y + INNER.y };
  for (let ring = 0; ring < 40; ring++) {
    for (let step = 0; step <= ring; step++) {
      const spot = { x: at.x + step * ROOM.x, y: at.y + (ring - step) * ROOM.y };
      if (isFree(spot)) return spot;
    }
  }
  return at;
}

/** Where the first node in a container stands. */
const INNER = { x: 32, y: 88 };

function endsTo({ store, catalogue }: Editor, end: OpenEnd, node: NodeDoc, type: NodeType): Ends[] {
  const port = portFor(catalogue, store.view.getState(), end, type);
  if (!port) return [];
  return end.side === "source"
    ? [{ source: end.nodeId, source_port: end.port, target: node.id, target_port: port }]
    : [{ source: node.id, source_port: port, target: end.nodeId, target_port: end.port }];
}

/** Puts a converting node between two ports whose types do not fit. */
export function addConverter(editor: Editor, ends: Ends, type: NodeType): void {
  const { nodes } = editor.store.view.getState();
  const [from, to] = [nodes.get(ends.source), nodes.get(ends.target)];
  if (!from || !to) return;
  const middle = { x: (from.position.x + to.position.x) / 2, y: (from.position.y + to.position.y) / 2 + 120 };
  const node = newNode(editor.store, type, snap(middle), from.parent);
  const ports = portsOf(node, type);
  const [input, output] = [ports.inputs[0]?.name, ports.outputs[0]?.name];
  if (!input || !output) return;
  insert(editor.store, [node], [
    { source: ends.source, source_port: ends.source_port, target: node.id, target_port: input },
    { source: node.id, source_port: output, target: ends.target, target_port: ends.target_port },
  ]);
  select(editor.ui, [node.id]);
}

export const canConnect = (editor: Editor, ends: Ends): boolean => refusal(editor.store.view.getState(), editor.catalogue, ends) === undefined;

export function openSearch(editor: Editor, more: Pick<SearchPlace, "end" | "edgeId"> = {}): void {
  const canvas = editor.ui.getState().canvas;
  if (!canvas) return;
  const pointer = canvas.pointer();
  editor.ui.setState({ search: { left: pointer.x, top: pointer.y, at: canvas.toGraph(pointer), ...more } });
}

const NEXT = { x: 296, y: 0 };

/** By key: what is added follows the selected node where that leads nowhere yet. Without a hand on the canvas it stands beside it. */
function searchNext(editor: Editor): void {
  const { store, ui, catalogue } = editor;
  const { canvas, selectedNodes } = ui.getState();
  const view = store.view.getState();
  const node = view.nodes.get(onlySelected({ selectedNodes }) ?? "");
  const port = node && portsIn(view.nodes, catalogue, node).outputs[0]?.name;
  const isFree = node && port !== undefined && ![...view.edges.values()].some((edge) => edge.source === node.id && edge.source_port === port);
  const more = isFree ? { end: { nodeId: node.id, port, side: "source" as const } } : {};
  if (!canvas || canvas.isPointed()) return openSearch(editor, more);
  const at = freePlace(editor, node ? { x: node.position.x + NEXT.x, y: node.position.y + NEXT.y } : canvas.centre());
  const place = canvas.pointer();
  ui.setState({ search: { left: place.x, top: place.y, at, ...more } });
}

export function addNote(editor: Editor): void {
  const type = editor.catalogue.latest("note");
  const canvas = editor.ui.getState().canvas;
  if (!type || !canvas) return;
  const node = addNode(editor, type, { at: canvas.toGraph(canvas.pointer()) });
  editor.ui.setState({ renaming: node.id });
}

/** Asks for the node that goes into the selected connection. */
function searchInto({ ui }: Editor): void {
  const { canvas, selectedEdges } = ui.getState();
  const [edgeId] = selectedEdges;
  const middle = edgeId === undefined ? undefined : canvas?.middleOf(edgeId);
  if (!canvas || edgeId === undefined || !middle) return;
  const { x, y } = canvas.toScreen(middle);
  ui.setState({ search: { left: x, top: y, at: { x: middle.x - NODE.x, y: middle.y + 24 }, edgeId } });
}

const isOneEdge = ({ ui }: Editor): boolean => ui.getState().selectedEdges.size === 1 && ui.getState().selectedNodes.size === 0;

export const ADD_ACTIONS: Action[] = [
  { id: "edge.insert", title: "Insert a node into the connection", icon: "plus", keys: ["Insert"], scope: "canvas", group: "Add", when: (e) => isEditable(e) && isOneEdge(e), perform: searchInto },
  { id: "add.search", title: "Add a node", icon: "plus", keys: ["Tab", "n"], scope: "canvas", group: "Add", when: isEditable, perform: searchNext },
  { id: "add.connect", title: "Connect the node to another", icon: "git-merge", keys: ["c"], scope: "canvas", group: "Add", when: (e) => isEditable(e) && onlySelected(e.ui.getState()) !== null, perform: ({ ui }) => ui.setState({ dialog: "connect" }) },
  { id: "add.note", title: "Add a note", icon: "sticky-note", keys: ["Shift+s"], scope: "canvas", group: "Add", when: isEditable, perform: addNote },
];

/** What a node type is called while it is dragged from the palette. */
export const DRAG_TYPE = "application/x-graphapp-node-type";
