import { asApiError } from "../api/client";
import { documentWrapCycles, workflowList } from "../api/workflows";
import type { Position } from "../contracts/document";
import { cutByMoving, moveInto, newNode } from "../document/commands";
import type { Ends } from "../document/connect";
import { outermost } from "../document/containers";
import { freeEdgeId } from "../document/ids";
import { normaliseDocument } from "../document/normalise";
import { replaceDocument } from "../document/replace";
import { wrap, wrapProblem } from "../document/wrap";
import { toast } from "../ui";
import { hasSelection, isEditable, type Action } from "./action";
import type { Editor } from "./editor";
import { addressOn, trailOf } from "./trail";
import { onlySelected, select } from "./ui";

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

/** Puts a loop around every cycle of the draft, in one step; with the ends of an edge, around the one that it would close. */
export async function wrapCycles({ store, ui }: Editor, ends?: Ends): Promise<void> {
  const document = store.toJson();
  const edges = ends ? [...document.edges, { ...ends, id: freeEdgeId((wish) => store.view.getState().edges.has(wish)) }] : document.edges;
  const { change } = store.view.getState();
  try {
    const answer = await documentWrapCycles({ ...document, edges });
    const left = answer.problems.find((problem) => problem.code.startsWith("cycle."));
    if (left) return toast({ tone: "fail", text: `${left.message} ${left.hint}` });
    if (store.view.getState().change !== change) return toast({ text: "The workflow changed meanwhile. Try again." });
    const before = new Set(document.nodes.map(({ id }) => id));
    const next = normaliseDocument(answer.document);
    replaceDocument(store, next, "local");
    select(ui, next.nodes.filter(({ id, type }) => type === "loop" && !before.has(id)).map(({ id }) => id));
    ui.setState({ announcement: "Put into a loop" });
  } catch (thrown) {
    toast({ tone: "fail", text: asApiError(thrown).message });
  }
}

/** Asks for the name of the new workflow, unless these nodes cannot be one. */
async function openExtract({ store, ui, catalogue }: Editor): Promise<void> {
  const { extractProblem } = await import("../document/extract");
  const problem = extractProblem(store.view.getState(), catalogue, ui.getState().selectedNodes);
  if (problem) toast({ text: problem });
  else ui.setState({ dialog: "extract" });
}

/** The address of the workflow that the selected node calls. */
function called({ store, ui }: Editor): string {
  const node = store.view.getState().nodes.get(onlySelected(ui.getState()) ?? "");
  const { workflow } = node?.params ?? {};
  return node?.type === "run_workflow" && typeof workflow === "string" ? workflow : "";
}

/** Opens the called workflow in place of this one, which waits as it is for whoever comes back. */
async function openCalled(editor: Editor): Promise<void> {
  const address = called(editor);
  try {
    // The server searches names, of which an address keeps the first word.
    const lists = await Promise.all([workflowList(address.split("-")[0] ?? ""), workflowList("")]);
    const found = lists.flatMap(({ items }) => items).find(({ id, slug }) => id === address || slug === address);
    if (!found) return toast({ text: `There is no workflow “${address}” that you may see.` });
    const { navigate } = await import("../app/router");
    navigate(addressOn(found.id, [...trailOf(new URLSearchParams(window.location.search)), editor.workflowId]));
  } catch (thrown) {
    toast({ tone: "fail", text: asApiError(thrown).message });
  }
}

const isInside = ({ store, ui }: Editor): boolean => [...ui.getState().selectedNodes].some((id) => store.view.getState().nodes.get(id)?.parent);

export const CONTAIN_ACTIONS: Action[] = [
  { id: "contain.loop", title: "Put into a loop", icon: "repeat", keys: ["Alt+l"], scope: "canvas", group: "Edit", when: (e) => isEditable(e) && hasSelection(e), perform: (e) => wrapSelected(e, "loop") },
  { id: "contain.map", title: "Put into a map", icon: "list-tree", keys: ["Alt+m"], scope: "canvas", group: "Edit", when: (e) => isEditable(e) && hasSelection(e), perform: (e) => wrapSelected(e, "map") },
  { id: "contain.extract", title: "Move into a workflow of its own", icon: "workflow", keys: ["Alt+x"], scope: "canvas", group: "Edit", when: (e) => isEditable(e) && hasSelection(e), perform: (e) => void openExtract(e) },
  { id: "view.called", title: "Open the workflow that it runs", icon: "arrow-right", keys: ["Alt+Enter"], scope: "canvas", group: "View", when: (e) => called(e) !== "", perform: (e) => void openCalled(e) },
  { id: "contain.out", title: "Move out of the container", icon: "log-out", keys: ["Alt+o"], scope: "canvas", group: "Edit", when: (e) => isEditable(e) && isInside(e), perform: moveOut },
];
