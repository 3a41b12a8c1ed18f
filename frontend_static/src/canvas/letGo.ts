/** What becomes of nodes when a hand lets go of them. */
import type { Editor } from "../actions/editor";
import type { Position } from "../contracts/document";
import { cutByMoving, move, moveInto } from "../document/commands";
import { outermost } from "../document/containers";
import { toast } from "../ui";
import { boxAt } from "./boxes";
import type { FlowStore } from "./flowStore";
import { dataOf } from "./toFlow";

/** Nodes that were let go over a container move into it, unless they are connected to nodes that stay behind. */
export function letGo(editor: Editor, flow: FlowStore): void {
  const { store } = editor;
  const boxes = flow.restingBoxes();
  const places = flow.takeDragged();
  const view = store.view.getState();
  const ids = new Set(places.map(([id]) => id));
  const outer = outermost(view.nodes, ids);
  const centres = new Map(places.map(([id, at]) => [id, centreOf(editor, id, at)]));
  const targets = new Set(outer.map((id) => boxAt(boxes, centres.get(id) as Position, ids)));
  const [target] = targets;
  const moved = new Set(outer.filter((id) => view.nodes.get(id)?.parent !== target));
  if (targets.size !== 1 || typeof target !== "string" || moved.size === 0 || outer.some((id) => view.nodes.get(id)?.type === "start")) return move(store, places);
  const name = view.nodes.get(target)?.name || target;
  if (cutByMoving(view, moved).length === 0) {
    moveInto(store, moved, target, places);
    editor.ui.setState({ announcement: `Moved into ${name}` });
    return;
  }
  move(store, places);
  toast({ text: `Not moved into “${name}”: there are connections to nodes outside.`, action: { label: "Cut them and move in", perform: () => moveInto(store, moved, target) } });
}

function centreOf({ store, catalogue }: Editor, id: string, at: Position): Position {
  const node = store.view.getState().nodes.get(id);
  const { width, height } = node ? dataOf(node, catalogue).layout : { width: 0, height: 0 };
  return { x: at.x + width / 2, y: at.y + height / 2 };
}
