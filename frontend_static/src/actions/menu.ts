/** What is offered at a place of the canvas: for a right click, a long press, and the menu key. */
import type { Action } from "./action";
import type { Editor } from "./editor";
import type { MenuPlace } from "./ui";

export const MENUS: Record<MenuPlace["kind"], readonly (readonly string[])[]> = {
  node: [
    ["view.open", "run.only", "run.from", "run.to"],
    ["edit.rename", "edit.comment", "edit.disable", "edit.pin", "add.connect"],
    ["edit.copy", "edit.cut", "edit.duplicate"],
    ["frame.make", "frame.leave", "frame.fold", "frame.dissolve", "contain.loop", "contain.map", "contain.out", "contain.extract", "view.called"],
    ["select.up", "select.down", "view.selection", "tidy.selection"],
    ["edit.delete"],
  ],
  edge: [["edge.insert"], ["edit.delete"]],
  pane: [
    ["add.search", "add.note", "edit.paste"],
    ["select.all", "tidy", "view.fit", "view.find"],
    ["help.commands", "help.shortcuts"],
  ],
};

/** For what is selected, where it stands; else for the blank. */
export function openMenuByKey({ ui }: Editor): void {
  const { selectedNodes, selectedEdges, canvas } = ui.getState();
  if (!canvas) return;
  const [node, edge] = [[...selectedNodes][0], [...selectedEdges][0]];
  const rect = node === undefined ? undefined : canvas.rectOf(node);
  const place = rect ? { x: rect.x + rect.width / 2, y: rect.y + rect.height } : ((edge !== undefined && canvas.middleOf(edge)) || canvas.centre());
  const { x, y } = canvas.toScreen(place);
  ui.setState({ menu: { left: x, top: y, kind: node !== undefined ? "node" : edge !== undefined ? "edge" : "pane", byKey: true } });
}

export const MENU_ACTIONS: Action[] = [{ id: "view.menu", title: "Open the menu of what is selected", keys: ["Shift+F10", "ContextMenu"], scope: "canvas", group: "View", when: (e) => !e.isReadOnly, perform: openMenuByKey }];
