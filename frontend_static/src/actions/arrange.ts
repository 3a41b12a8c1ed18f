/** Places nodes for somebody: in layers, in line, at equal distances. Each is one step to undo. */
import type { NodeDoc, Position } from "../contracts/document";
import { move } from "../document/commands";
import { outermost } from "../document/containers";
import { withFramed } from "../document/frames";
import { toast } from "../ui";
import type { Editor } from "./editor";

type Rect = Position & { width: number; height: number };

export type Edge = "left" | "centre" | "right" | "top" | "middle" | "bottom";

const GLIDE_MS = 320;

/** Lays out the selection, or everything where fewer than two nodes are selected, away from the page's own thread. */
export async function tidy(editor: Editor): Promise<void> {
  const { store, ui, catalogue } = editor;
  const { selectedNodes, canvas } = ui.getState();
  const { nodes, edges, change } = store.view.getState();
  const isPart = selectedNodes.size > 1;
  const ids = withFramed(nodes, isPart ? selectedNodes : nodes.keys());
  if (ids.size < 2) return;
  const [{ elkGraph, placesOf }, { layOut }] = await Promise.all([import("../canvas/elkGraph"), import("../canvas/elk")]);
  try {
    const laid = await layOut(elkGraph(nodes, edges.values(), ids, catalogue));
    if (store.view.getState().change !== change) return toast({ text: "The workflow changed meanwhile. Try again." });
    const rects = outermost(nodes, ids).map((id) => rectOf(editor, nodes.get(id)));
    const places = placesOf(laid, { x: Math.min(...rects.map(({ x }) => x)), y: Math.min(...rects.map(({ y }) => y)) });
    glide(() => move(store, places));
    if (!isPart) window.setTimeout(() => canvas?.fit(), GLIDE_MS);
    ui.setState({ announcement: `Tidied ${places.length} nodes` });
  } catch {
    toast({ tone: "fail", text: "The nodes could not be laid out. Nothing was moved." });
  }
}

/** Puts the selected nodes on one line, by an edge of theirs or by their middle. */
export function align(editor: Editor, edge: Edge): void {
  const { chosen, rects } = selection(editor);
  const [left, top] = [Math.min(...rects.map(({ x }) => x)), Math.min(...rects.map(({ y }) => y))];
  const [right, bottom] = [Math.max(...rects.map(({ x, width }) => x + width)), Math.max(...rects.map(({ y, height }) => y + height))];
  const to: Record<Edge, (rect: Rect) => Position> = {
    left: ({ y }) => ({ x: left, y }),
    centre: ({ y, width }) => ({ x: (left + right - width) / 2, y }),
    right: ({ y, width }) => ({ x: right - width, y }),
    top: ({ x }) => ({ x, y: top }),
    middle: ({ x, height }) => ({ x, y: (top + bottom - height) / 2 }),
    bottom: ({ x, height }) => ({ x, y: bottom - height }),
  };
  place(editor, chosen, rects, rects.map(to[edge]));
}

/** Gives the selected nodes equal gaps, between the outermost two. */
export function distribute(editor: Editor, axis: "x" | "y"): void {
  const { chosen, rects } = selection(editor);
  const size = axis === "x" ? "width" : "height";
  const order = rects.map((rect, index) => ({ rect, index })).sort((a, b) => a.rect[axis] - b.rect[axis]);
  const first = order[0]?.rect[axis] ?? 0;
  const end = Math.max(...rects.map((rect) => rect[axis] + rect[size]));
  const gap = (end - first - rects.reduce((sum, rect) => sum + rect[size], 0)) / (rects.length - 1);
  const places: Position[] = [];
  let at = first;
  for (const { rect, index } of order) {
    places[index] = { x: rect.x, y: rect.y, [axis]: at };
    at += rect[size] + gap;
  }
  place(editor, chosen, rects, places);
}

function selection(editor: Editor): { chosen: string[]; rects: Rect[] } {
  const { nodes } = editor.store.view.getState();
  const chosen = outermost(nodes, editor.ui.getState().selectedNodes);
  return { chosen, rects: chosen.map((id) => rectOf(editor, nodes.get(id))) };
}

function rectOf({ ui }: Editor, node: NodeDoc | undefined): Rect {
  const known = node && ui.getState().canvas?.rectOf(node.id);
  return known ?? { ...(node?.position ?? { x: 0, y: 0 }), width: 0, height: 0 };
}

/** What is inside a container goes with it. */
function place({ store }: Editor, chosen: string[], rects: Rect[], to: Position[]): void {
  const { nodes } = store.view.getState();
  const places = chosen.flatMap((id, index): [string, Position][] => {
    const [from, next] = [rects[index], to[index]];
    if (!from || !next) return [];
    const shift = { x: Math.round(next.x - from.x), y: Math.round(next.y - from.y) };
    return [...withFramed(nodes, [id])].map((one) => {
      const { x, y } = nodes.get(one)?.position ?? from;
      return [one, { x: x + shift.x, y: y + shift.y }];
    });
  });
  glide(() => move(store, places));
}

/** Lets the nodes be seen on their way. */
function glide(change: () => void): void {
  const frame = document.querySelector("[data-canvas]");
  frame?.setAttribute("data-gliding", "");
  change();
  window.setTimeout(() => frame?.removeAttribute("data-gliding"), GLIDE_MS);
}
