import type { Position } from "../contracts/document";
import { cutByMoving, moveInto, newNode } from "../document/commands";
import { outermost } from "../document/containers";
import { wrap, wrapProblem } from "../document/wrap";
import { toast } from "../ui";
import { hasSelection, isEditable, type Action } from "./action";
import type { Editor } from "./editor";
import { select } from "./ui";

const INNER = { x: 32, y: 88 };
const ASIDE = 48;

/** Puts the selected nodes into a new loop or map. */
export function wrapSelected(editor: Editor, typeName: "loop" | "map"): void {
  const { store, ui, catalogue } = editor;
  const { selectedNodes, canvas } = ui.getState();
  const type = catalogue.latest(typeName);
  const view = store.view.getState();
  const problem = wrapProblem(view, selectedNodes);
  if (problem) return toast({ text: problem });
  if (!type) return;
  const outer = outermost(view.nodes, selectedNodes);
  const places = outer.map((id) => canvas?.rectOf(id) ?? view.nodes.get(id)?.position ?? { x: 0, y: 0 });
  const at: Position = { x: Math.min(...places.map(({ x }) => x)) - INNER.x, y: Math.min(...places.map(({ y }) => y)) - INNER.y };
  const container = newNode(store, type, at, view.nodes.get(outer[0] ?? "")?.parent ?? null);
  wrap(store, selectedNodes, container);
  select(ui, [container.id]);
  ui.setState({ announcement: `Put ${outer.length} ${outer.length === 1 ? "node" : "nodes"} into a ${typeName}` });
}

/** Takes the selected nodes out of their container, to its right. Connections that would cross its border go. */
function moveOut({ store, ui }: Editor): void {
  const { selectedNodes, canvas } = ui.getState();
  const view = store.view.getState();
  const outer = outermost(view.nodes, selectedNodes).filter((id) => view.nodes.get(id)?.parent);
  const parent = view.nodes.get(view.nodes.get(outer[0] ?? "")?.parent ?? "");
  if (!parent) return;
  const mine = outer.filter((id) => view.nodes.get(id)?.parent === parent.id);
  const box = canvas?.rectOf(parent.id);
  const shift = box ? box.x + box.width + ASIDE - Math.min(...mine.map((id) => view.nodes.get(id)?.position.x ?? 0)) : 0;
  const places = mine.map((id): [string, Position] => {
    const { x = 0, y = 0 } = view.nodes.get(id)?.position ?? {};
    return [id, { x: x + shift, y }];
  });
  const cut = cutByMoving(view, new Set(mine)).length;
  moveInto(store, mine, parent.parent, places);
  if (cut > 0) toast({ text: `${cut} ${cut === 1 ? "connection" : "connections"} to nodes inside went.`, action: { label: "Undo", perform: () => store.history.undo() } });
}

const isInside = ({ store, ui }: Editor): boolean => [...ui.getState().selectedNodes].some((id) => store.view.getState().nodes.get(id)?.parent);

export const CONTAIN_ACTIONS: Action[] = [
  { id: "contain.loop", title: "Put into a loop", icon: "repeat", keys: ["Alt+l"], scope: "canvas", group: "Edit", when: (e) => isEditable(e) && hasSelection(e), perform: (e) => wrapSelected(e, "loop") },
  { id: "contain.map", title: "Put into a map", icon: "list-tree", keys: ["Alt+m"], scope: "canvas", group: "Edit", when: (e) => isEditable(e) && hasSelection(e), perform: (e) => wrapSelected(e, "map") },
  { id: "contain.out", title: "Move out of the container", icon: "log-out", keys: ["Alt+o"], scope: "canvas", group: "Edit", when: (e) => isEditable(e) && isInside(e), perform: moveOut },
];
