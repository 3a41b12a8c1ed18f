import type { Position } from "../contracts/document";
import { copyText, keptIncoming, placed, readFragment, type Fragment } from "../document/clipboard";
import { insert, insertChain, remove, setDisabled } from "../document/commands";
import { portsBetween } from "../document/connect";
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

interface Pasting {
  /** In the graph; else at the pointer. */
  at?: Position;
  /** Edges from nodes that were not copied are kept. */
  keepIncoming?: boolean;
}

export function pasteText(editor: Editor, text: string, { at: wish, keepIncoming = false }: Pasting = {}): boolean {
  const fragment = readFragment(text);
  const canvas = editor.ui.getState().canvas;
  if (!fragment || !canvas) return false;
  const at = wish ?? canvas.toGraph(canvas.pointer());
  const view = editor.store.view.getState();
  if (!keepIncoming && pasteIntoEdge(editor, fragment)) return true;
  const from = keepIncoming ? view.nodes.get(fragment.incoming?.[0]?.source ?? "") : undefined;
  const copy = placed(fragment, view, editor.catalogue, at, from ? from.parent : canvas.containerAt(at));
  const { nodes, edges } = copy;
  insert(editor.store, nodes, [...edges, ...(keepIncoming ? keptIncoming(fragment, copy, view, editor.catalogue) : [])]);
  select(editor.ui, nodes.map((node) => node.id));
  editor.ui.setState({ announcement: `Pasted ${nodes.length} nodes` });
  return true;
}

/** With one connection selected, what is pasted goes into it, where it has one beginning and one end that fit. */
function pasteIntoEdge({ store, ui, catalogue }: Editor, fragment: Fragment): boolean {
  const { selectedEdges, selectedNodes, canvas } = ui.getState();
  const view = store.view.getState();
  const edge = view.edges.get([...selectedEdges][0] ?? "");
  const middle = edge && canvas?.middleOf(edge.id);
  if (!edge || !middle || selectedEdges.size !== 1 || selectedNodes.size > 0) return false;
  const copy = placed(fragment, view, catalogue, { x: middle.x - 120, y: middle.y + 96 }, view.nodes.get(edge.source)?.parent ?? null);
  const ids = new Set(copy.nodes.map(({ id }) => id));
  const outer = copy.nodes.filter((node) => !ids.has(node.parent ?? "") && catalogue.typeOf(node)?.executable);
  const [first, ...others] = outer.filter(({ id }) => !copy.edges.some(({ target }) => target === id));
  const [last, ...rest] = outer.filter(({ id }) => !copy.edges.some(({ source }) => source === id));
  const ports = first && last && others.length + rest.length === 0 && portsBetween(view, catalogue, edge, first, last);
  if (!ports) return false;
  insertChain(store, edge.id, copy, { ...ports, first: first.id, last: last.id });
  select(ui, ids);
  ui.setState({ announcement: `Pasted ${copy.nodes.length} nodes into the connection` });
  return true;
}

/** What the menu does; by key the browser pastes without a question. */
async function pasteHere(editor: Editor): Promise<void> {
  try {
    if (!pasteText(editor, await navigator.clipboard.readText())) toast({ text: "There are no nodes in the clipboard." });
  } catch {
    toast({ tone: "fail", text: "The browser refused to read the clipboard. Allow this site to use it, or paste with Ctrl+V." });
  }
}

/** Pastes with the edges from nodes that were not copied, where these are here. */
async function pasteLinked(editor: Editor): Promise<void> {
  try {
    if (!pasteText(editor, await navigator.clipboard.readText(), { keepIncoming: true })) toast({ text: "There are no nodes in the clipboard." });
  } catch {
    toast({ tone: "fail", text: "The browser refused to read the clipboard. Allow this site to use it, or paste with Ctrl+V." });
  }
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

/** Copies of nodes at other places, one step to undo; the nodes themselves stay. */
export function copyTo(editor: Editor, places: readonly [string, Position][]): void {
  const view = editor.store.view.getState();
  const at = new Map(places);
  const fragment = readFragment(copyText(view, new Set(at.keys())));
  const [first] = fragment?.nodes ?? [];
  if (!fragment || !first) return;
  const copy = placed(fragment, view, editor.catalogue, { x: 0, y: 0 }, first.parent);
  const nodes = copy.nodes.map((node, index) => ({ ...node, position: at.get(fragment.nodes[index]?.id ?? "") ?? node.position }));
  insert(editor.store, nodes, copy.edges);
  select(editor.ui, nodes.map((node) => node.id));
  editor.ui.setState({ announcement: `Copied ${nodes.length} nodes` });
}

function toggleDisabled(editor: Editor): void {
  const ids = [...editor.ui.getState().selectedNodes];
  const { nodes } = editor.store.view.getState();
  setDisabled(editor.store, ids, ids.some((id) => !nodes.get(id)?.policy.disabled));
}

function rename({ ui }: Editor): void {
  ui.setState({ renaming: onlySelected(ui.getState()) });
}

/** Opens the comments of the selected node, ready to write one. */
export function comment({ ui }: Editor): void {
  const id = onlySelected(ui.getState());
  if (id !== null) ui.setState({ isInspectorOpen: true, inspectorTab: "comments", commenting: id });
}

function canComment({ store, ui, catalogue }: Editor): boolean {
  const node = store.view.getState().nodes.get(onlySelected(ui.getState()) ?? "");
  return node !== undefined && (catalogue.typeOf(node)?.executable ?? true);
}

export const EDIT_ACTIONS: Action[] = [
  { id: "edit.undo", title: "Undo", icon: "undo-2", keys: ["Mod+z"], scope: "page", group: "Edit", when: (e) => isEditable(e) && e.store.view.getState().canUndo, perform: undo },
  { id: "edit.redo", title: "Redo", icon: "redo-2", keys: ["Mod+Shift+z", "Mod+y"], scope: "page", group: "Edit", when: (e) => isEditable(e) && e.store.view.getState().canRedo, perform: redo },
  { id: "edit.copy", title: "Copy", icon: "copy", keys: ["Mod+c"], scope: "canvas", group: "Edit", when: hasSelection, perform: (e) => void copySelected(e) },
  { id: "edit.cut", title: "Cut", icon: "scissors", keys: ["Mod+x"], scope: "canvas", group: "Edit", when: canChange, perform: (e) => void cutSelected(e) },
  { id: "edit.paste", title: "Paste (also with Ctrl+V)", icon: "clipboard", keys: [], scope: "canvas", group: "Edit", when: isEditable, perform: (e) => void pasteHere(e) },
  { id: "edit.pasteLinked", title: "Paste with the edges that lead in", icon: "clipboard", keys: ["Mod+Shift+v"], scope: "canvas", group: "Edit", when: isEditable, perform: (e) => void pasteLinked(e) },
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
  { id: "edit.comment", title: "Comment on the node", icon: "message-square", keys: ["Shift+c"], scope: "canvas", group: "Edit", when: canComment, perform: comment },
  { id: "edit.disable", title: "Disable or enable (the input passes through)", icon: "circle-slash", keys: ["d", "b"], scope: "canvas", group: "Edit", when: canChange, perform: toggleDisabled },
];
