/** What becomes of nodes when a hand lets go of them. */
import type { Editor } from "../actions/editor";
import type { Position } from "../contracts/document";
import { copyTo } from "../actions/edit";
import { cutByMoving, move, moveInto, moveOntoEdge } from "../document/commands";
import { portsBetween } from "../document/connect";
import { outermost } from "../document/containers";
import { frameOf, moveAndFrame } from "../document/frames";
import { toast } from "../ui";
import { boxAt } from "./boxes";
import type { FlowStore } from "./flowStore";
import { frameAt } from "./framed";
import { dataOf } from "./toFlow";

/**
 * Nodes that were let go over a container move into it, unless they are connected to nodes that stay behind. A node without
 * connections goes into the edge under it. With Alt held, copies go to where the hand let go.
 */
export function letGo(editor: Editor, flow: FlowStore, isCopy = false): void {
  const { store, ui } = editor;
  const boxes = flow.restingBoxes();
  const over = ui.getState().overEdge;
  const places = flow.takeDragged();
  const view = store.view.getState();
  if (isCopy) return copyTo(editor, places);
  if (over && intoEdge(editor, over, places)) return;
  const ids = new Set(places.map(([id]) => id));
  if ([...ids].some((id) => flow.frames().boxes.has(id))) return move(store, places);
  const outer = outermost(view.nodes, ids);
  const centres = new Map(places.map(([id, at]) => [id, centreOf(editor, id, at)]));
  const targets = new Set(outer.map((id) => boxAt(boxes, centres.get(id) as Position, ids)));
  const [target] = targets;
  const moved = new Set(outer.filter((id) => view.nodes.get(id)?.parent !== target));
  if (targets.size !== 1 || typeof target !== "string" || moved.size === 0 || outer.some((id) => view.nodes.get(id)?.type === "start")) return settle(editor, flow, outer, places, centres);
  const name = view.nodes.get(target)?.name || target;
  if (cutByMoving(view, moved).length === 0) {
    moveInto(store, moved, target, places);
    editor.ui.setState({ announcement: `Moved into ${name}` });
    return;
  }
  move(store, places);
  toast({ text: `Not moved into “${name}”: there are connections to nodes outside.`, action: { label: "Cut them and move in", perform: () => moveInto(store, moved, target) } });
}

/** Where nothing changes but places: into the frame under the hand, or out of the one that was left. */
function settle({ store, ui }: Editor, flow: FlowStore, outer: readonly string[], places: [string, Position][], centres: ReadonlyMap<string, Position>): void {
  const { nodes } = store.view.getState();
  const into = new Map<string, string | null>();
  for (const id of outer) {
    const over = frameAt(flow.frames(), centres.get(id) as Position, new Set([id]));
    const frame = over !== null && nodes.get(over)?.parent === nodes.get(id)?.parent ? over : null;
    if (frame !== (frameOf(nodes, id)?.id ?? null)) into.set(id, frame);
  }
  if (into.size === 0) return move(store, places);
  moveAndFrame(store, places, into);
  const [frame] = into.values();
  ui.setState({ announcement: frame ? `Moved into ${nodes.get(frame)?.name || frame}` : "Moved out of its frame" });
}

function intoEdge(editor: Editor, edgeId: string, places: readonly [string, Position][]): boolean {
  const { store, ui, catalogue } = editor;
  const view = store.view.getState();
  const edge = view.edges.get(edgeId);
  const node = view.nodes.get(outermost(view.nodes, new Set(places.map(([id]) => id)))[0] ?? "");
  const ports = edge && node && portsBetween(view, catalogue, edge, node);
  if (!ports) return false;
  moveOntoEdge(store, edgeId, node.id, ports, places);
  ui.setState({ announcement: `Put between ${view.nodes.get(edge.source)?.name || edge.source} and ${view.nodes.get(edge.target)?.name || edge.target}` });
  return true;
}

function centreOf({ store, catalogue }: Editor, id: string, at: Position): Position {
  const node = store.view.getState().nodes.get(id);
  const { width, height } = node ? dataOf(node, catalogue).layout : { width: 0, height: 0 };
  return { x: at.x + width / 2, y: at.y + height / 2 };
}
