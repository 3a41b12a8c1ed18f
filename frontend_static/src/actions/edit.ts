import { copyText, placed, readFragment } from "../document/clipboard";
import { insert, remove, setDisabled } from "../document/commands";
import { outermost } from "../document/containers";
import { toast } from "../ui";
import { hasSelection, isEditable, type Action } from "./action";
import type { Editor } from "./editor";
import { onlySelected, select } from "./ui";

const canChange = (editor: Editor): boolean => isEditable(editor) && hasSelection(editor);

export function undo({ store }: Editor): void {
  store.history.undo();
}

export function redo({ store }: Editor): void {
  store.history.redo();
}

export function removeSelected(editor: Editor): void {
  const { selectedNodes, selectedEdges } = editor.ui.getState();
  const count = selectedNodes.size + selectedEdges.size;
  remove(editor.store, selectedNodes, selectedEdges);
  select(editor.ui, []);
  editor.ui.setState({ announcement: `Deleted ${count} ${count === 1 ? "thing" : "things"}` });
}

export async function copySelected(editor: Editor): Promise<boolean> {
  const text = copyText(editor.store.view.getState(), editor.ui.getState().selectedNodes);
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    toast({ tone: "fail", text: "The browser refused to copy. Allow this site to use the clipboard." });
    return false;
  }
}

async function cutSelected(editor: Editor): Promise<void> {
  if (await copySelected(editor)) removeSelected(editor);
}

export function pasteText(editor: Editor, text: string): boolean {
  const fragment = readFragment(text);
  const canvas = editor.ui.getState().canvas;
  if (!fragment || !canvas) return false;
  const at = canvas.toGraph(canvas.pointer());
  const { nodes, edges } = placed(fragment, editor.store.view.getState(), editor.catalogue, at, canvas.containerAt(at));
  insert(editor.store, nodes, edges);
  select(editor.ui, nodes.map((node) => node.id));
  editor.ui.setState({ announcement: `Pasted ${nodes.length} nodes` });
  return true;
}

export function duplicateSelected(editor: Editor): void {
  const { selectedNodes } = editor.ui.getState();
  const view = editor.store.view.getState();
  const fragment = readFragment(copyText(view, selectedNodes));
  if (!fragment) return;
  const parents = new Set(outermost(view.nodes, selectedNodes).map((id) => view.nodes.get(id)?.parent ?? null));
  const xs = fragment.nodes.map((node) => node.position.x);
  const ys = fragment.nodes.map((node) => node.position.y);
  const centre = { x: (Math.min(...xs) + Math.max(...xs)) / 2 + 40, y: (Math.min(...ys) + Math.max(...ys)) / 2 + 40 };
  const copy = placed(fragment, view, editor.catalogue, centre, parents.size === 1 ? ([...parents][0] ?? null) : null);
  insert(editor.store, copy.nodes, copy.edges);
  select(editor.ui, copy.nodes.map((node) => node.id));
}

function toggleDisabled(editor: Editor): void {
  const ids = [...editor.ui.getState().selectedNodes];
  const { nodes } = editor.store.view.getState();
  setDisabled(editor.store, ids, ids.some((id) => !nodes.get(id)?.policy.disabled));
}

function rename({ ui }: Editor): void {
  ui.setState({ renaming: onlySelected(ui.getState()) });
}

export const EDIT_ACTIONS: Action[] = [
  { id: "edit.undo", title: "Undo", icon: "undo-2", keys: ["Mod+z"], scope: "page", group: "Edit", when: (e) => isEditable(e) && e.store.view.getState().canUndo, perform: undo },
  { id: "edit.redo", title: "Redo", icon: "redo-2", keys: ["Mod+Shift+z", "Mod+y"], scope: "page", group: "Edit", when: (e) => isEditable(e) && e.store.view.getState().canRedo, perform: redo },
  { id: "edit.copy", title: "Copy", icon: "copy", keys: ["Mod+c"], scope: "canvas", group: "Edit", when: hasSelection, perform: (e) => void copySelected(e) },
  { id: "edit.cut", title: "Cut", keys: ["Mod+x"], scope: "canvas", group: "Edit", when: canChange, perform: (e) => void cutSelected(e) },
  { id: "edit.duplicate", title: "Duplicate", icon: "copy", keys: ["Mod+d"], scope: "canvas", group: "Edit", when: canChange, perform: duplicateSelected },
  {
    id: "edit.delete",
    title: "Delete",
    icon: "trash-2",
    keys: ["Delete", "Backspace"],
    scope: "canvas",
    group: "Edit",
    when: (e) => isEditable(e) && (hasSelection(e) || e.ui.getState().selectedEdges.size > 0),
    perform: removeSelected,
  },
  { id: "edit.rename", title: "Rename", icon: "pencil", keys: ["F2"], scope: "canvas", group: "Edit", when: (e) => isEditable(e) && onlySelected(e.ui.getState()) !== null, perform: rename },
  { id: "edit.disable", title: "Disable or enable", icon: "circle-slash", keys: ["d"], scope: "canvas", group: "Edit", when: canChange, perform: toggleDisabled },
];
