/** Frames around nodes: made, left, folded up, taken away. */
import { remove } from "../document/commands";
import { outermost } from "../document/containers";
import { frameOf, isFrame, makeFrame, membersOf, moveAndFrame } from "../document/frames";
import { toast } from "../ui";
import { hasSelection, isEditable, type Action } from "./action";
import type { Editor } from "./editor";
import { select } from "./ui";

const keyOf = (workflowId: string): string => `graphapp.folded.${workflowId}`;

/** What somebody has folded up in this browser. */
export function foldedOf(workflowId: string): ReadonlySet<string> {
  try {
    const list = JSON.parse(localStorage.getItem(keyOf(workflowId)) ?? "[]") as unknown;
    return new Set(Array.isArray(list) ? list.filter((id): id is string => typeof id === "string") : []);
  } catch {
    return new Set();
  }
}

export function setFolded({ ui, workflowId }: Editor, id: string, isFolded: boolean): void {
  const folded = new Set(ui.getState().folded);
  if (isFolded) folded.add(id);
  else folded.delete(id);
  ui.setState({ folded });
  try {
    localStorage.setItem(keyOf(workflowId), JSON.stringify([...folded]));
  } catch {
    // Then it is as it was after a reload.
  }
}

function make(editor: Editor): void {
  const { store, ui } = editor;
  const { nodes } = store.view.getState();
  const { canvas, selectedNodes } = ui.getState();
  const ids = outermost(nodes, selectedNodes);
  const parents = new Set(ids.map((id) => nodes.get(id)?.parent));
  if (parents.size !== 1) return toast({ text: "A frame goes around nodes of one container. Select nodes that are all inside of it, or all outside." });
  const rect = canvas?.rectOf(ids[0] ?? "");
  const id = makeFrame(store, ids, { x: rect?.x ?? 0, y: rect?.y ?? 0 });
  if (id === undefined) return;
  select(ui, [id]);
  ui.setState({ renaming: id, announcement: `Put a frame around ${ids.length} ${ids.length === 1 ? "node" : "nodes"}` });
}

/** The selected frames, and those around what is selected. */
function framesAt({ store, ui }: Editor): string[] {
  const { nodes } = store.view.getState();
  const ids = [...ui.getState().selectedNodes].flatMap((id) => {
    const node = nodes.get(id);
    return node && isFrame(node) ? [id] : (frameOf(nodes, id)?.id ?? []);
  });
  return [...new Set(ids)];
}

function fold(editor: Editor): void {
  const { ui } = editor;
  const frames = framesAt(editor);
  const isFolded = !frames.every((id) => ui.getState().folded.has(id));
  for (const id of frames) setFolded(editor, id, isFolded);
  select(ui, frames);
  ui.setState({ announcement: isFolded ? "Folded up" : "Unfolded" });
}

function leave({ store, ui }: Editor): void {
  const { nodes } = store.view.getState();
  const inside = [...ui.getState().selectedNodes].filter((id) => frameOf(nodes, id));
  moveAndFrame(store, [], new Map(inside.map((id) => [id, null])));
  ui.setState({ announcement: "Taken out of the frame" });
}

function dissolve(editor: Editor): void {
  const { store, ui } = editor;
  const { nodes } = store.view.getState();
  const frames = framesAt(editor);
  const members = frames.flatMap((id) => membersOf(nodes.get(id) ?? { params: {} }));
  remove(store, frames);
  select(ui, members.filter((id) => nodes.has(id)));
}

const isInFrame = ({ store, ui }: Editor): boolean => [...ui.getState().selectedNodes].some((id) => frameOf(store.view.getState().nodes, id));

export const FRAME_ACTIONS: Action[] = [
  { id: "frame.make", title: "Put a frame around", icon: "square-dashed", keys: ["Mod+g"], scope: "canvas", group: "Edit", when: (e) => isEditable(e) && hasSelection(e), perform: make },
  { id: "frame.fold", title: "Fold or unfold the frame", icon: "minus", keys: ["Shift+g"], scope: "canvas", group: "View", when: (e) => framesAt(e).length > 0, perform: fold },
  { id: "frame.leave", title: "Take out of the frame", icon: "log-out", keys: [], scope: "canvas", group: "Edit", when: (e) => isEditable(e) && isInFrame(e), perform: leave },
  { id: "frame.dissolve", title: "Take the frame away, keep what is in it", icon: "x", keys: ["Mod+Shift+g"], scope: "canvas", group: "Edit", when: (e) => isEditable(e) && framesAt(e).length > 0, perform: dissolve },
];
