/** Moving through the graph by keys. */
import { move } from "../document/commands";
import { withFramed } from "../document/frames";
import { predecessors, reachable, successors, type Graph } from "../document/connect";
import { outlineRows } from "../document/outline";
import { hasSelection, isEditable, type Action } from "./action";
import type { Editor } from "./editor";
import { onlySelected, select } from "./ui";

export type Direction = "left" | "right" | "up" | "down";

const AHEAD: Record<Direction, { x: number; y: number }> = { left: { x: -1, y: 0 }, right: { x: 1, y: 0 }, up: { x: 0, y: -1 }, down: { x: 0, y: 1 } };

/** The next node in a direction: along an edge to the left and right, else the nearest one that way. */
export function neighbour(graph: Graph, from: string, direction: Direction): string | undefined {
  const linked = direction === "right" ? successors(graph).get(from) : direction === "left" ? predecessors(graph).get(from) : undefined;
  const candidates = linked?.length ? linked : [...graph.nodes.keys()];
  return nearest(graph, from, candidates, linked?.length ? undefined : AHEAD[direction]);
}

function nearest(graph: Graph, from: string, ids: readonly string[], ahead?: { x: number; y: number }): string | undefined {
  const start = graph.nodes.get(from)?.position;
  if (!start) return undefined;
  let best: { id: string; cost: number } | undefined;
  for (const id of ids) {
    const at = graph.nodes.get(id)?.position;
    if (!at || id === from) continue;
    const [dx, dy] = [at.x - start.x, at.y - start.y];
    const along = ahead ? dx * ahead.x + dy * ahead.y : Math.abs(dx);
    if (ahead && along <= 0) continue;
    const aside = ahead ? Math.abs(dx * ahead.y) + Math.abs(dy * ahead.x) : Math.abs(dy);
    const cost = along + aside * 2;
    if (!best || cost < best.cost) best = { id, cost };
  }
  return best?.id;
}

function walk(editor: Editor, direction: Direction): void {
  const graph = editor.store.view.getState();
  const { selectedNodes } = editor.ui.getState();
  const from = onlySelected(editor.ui.getState()) ?? [...selectedNodes].at(-1);
  const next = from === undefined ? graph.nodes.keys().next().value : neighbour(graph, from, direction);
  if (next !== undefined) goTo(editor, next);
}

/** In the order in which nodes can run, every node once. */
function walkInOrder(editor: Editor, step: 1 | -1): void {
  const order = outlineRows(editor.store.view.getState()).map(({ node }) => node.id);
  const at = order.indexOf(onlySelected(editor.ui.getState()) ?? "");
  const next = at < 0 ? order.at(step > 0 ? 0 : -1) : order[at + step];
  if (next !== undefined) goTo(editor, next);
}

function goTo(editor: Editor, id: string): void {
  select(editor.ui, [id]);
  editor.ui.getState().canvas?.show(id);
  editor.ui.setState({ announcement: describe(editor, id) });
}

/** A node in words, for those who do not see it. */
function describe({ store, catalogue, problems }: Editor, id: string): string {
  const node = store.view.getState().nodes.get(id);
  if (!node) return "";
  const count = problems.getState().byNode.get(id)?.length ?? 0;
  const parts = [node.name || node.id, catalogue.typeOf(node)?.title ?? node.type, count > 0 && `${count} problems`];
  return parts.filter(Boolean).join(", ");
}

function nudge(editor: Editor, direction: Direction, step: number): void {
  const { nodes } = editor.store.view.getState();
  const by = AHEAD[direction];
  const places = [...withFramed(nodes, editor.ui.getState().selectedNodes)].flatMap((id): [string, { x: number; y: number }][] => {
    const at = nodes.get(id)?.position;
    return at ? [[id, { x: at.x + by.x * step, y: at.y + by.y * step }]] : [];
  });
  move(editor.store, places, "nudge");
}

function selectTowards(editor: Editor, side: "up" | "down"): void {
  const graph = editor.store.view.getState();
  const { selectedNodes } = editor.ui.getState();
  const next = side === "down" ? successors(graph) : predecessors(graph);
  select(editor.ui, [...selectedNodes, ...reachable(selectedNodes, next)]);
}

function selectAll(editor: Editor): void {
  const { nodes, edges } = editor.store.view.getState();
  select(editor.ui, nodes.keys(), edges.keys());
}

/** Takes back, one by one: an open connection, the search, the selection; then the focus leaves the canvas. */
function escape({ ui }: Editor): void {
  const state = ui.getState();
  if (state.search || state.refusal || state.connecting) ui.setState({ search: null, refusal: null, connecting: null });
  else if (state.selectedNodes.size + state.selectedEdges.size > 0) select(ui, []);
  else document.querySelector<HTMLElement>("[data-after-canvas]")?.focus();
}

const SIDES: [Direction, string][] = [
  ["left", "ArrowLeft"],
  ["right", "ArrowRight"],
  ["up", "ArrowUp"],
  ["down", "ArrowDown"],
];

export const WALK_ACTIONS: Action[] = [
  ...SIDES.map(([side, key]): Action => ({ id: `walk.${side}`, title: `Go ${side}`, keys: [key], scope: "canvas", group: "Select", perform: (e) => walk(e, side) })),
  ...SIDES.map(
    ([side, key]): Action => ({ id: `nudge.${side}`, title: `Move ${side}`, keys: [`Mod+${key}`], scope: "canvas", group: "Edit", when: (e) => isEditable(e) && hasSelection(e), perform: (e) => nudge(e, side, 8) }),
  ),
  ...SIDES.map(
    ([side, key]): Action => ({ id: `nudge.far.${side}`, title: `Move far ${side}`, keys: [`Mod+Shift+${key}`], scope: "canvas", group: "Edit", when: (e) => isEditable(e) && hasSelection(e), perform: (e) => nudge(e, side, 80) }),
  ),
  { id: "walk.next", title: "Go to the node that comes next", keys: ["."], scope: "canvas", group: "Select", perform: (e) => walkInOrder(e, 1) },
  { id: "walk.before", title: "Go to the node that comes before", keys: [","], scope: "canvas", group: "Select", perform: (e) => walkInOrder(e, -1) },
  { id: "select.all", title: "Select all", icon: "square-dashed", keys: ["Mod+a"], scope: "canvas", group: "Select", perform: selectAll },
  { id: "select.up", title: "Select upstream", icon: "arrow-up", keys: ["Shift+ArrowLeft"], scope: "canvas", group: "Select", when: hasSelection, perform: (e) => selectTowards(e, "up") },
  { id: "select.down", title: "Select downstream", icon: "arrow-down", keys: ["Shift+ArrowRight"], scope: "canvas", group: "Select", when: hasSelection, perform: (e) => selectTowards(e, "down") },
  { id: "select.none", title: "Select nothing, then leave the canvas", keys: ["Escape"], scope: "canvas", group: "Select", perform: escape },
];
