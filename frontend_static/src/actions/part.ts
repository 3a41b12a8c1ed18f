/** Runs of a part of the graph, around the selected node; and its output, kept for runs of the draft. */
import { asApiError } from "../api/client";
import { nodeRunGet } from "../api/runs";
import { setNodeKey } from "../document/commands";
import { isObject } from "../document/normalise";
import { partStore, type Part } from "../runpanel/parts";
import { wishFor, type Wish } from "../runpanel/wish";
import { RUN_TERMINAL } from "../runs/types";
import { runStore } from "../runs/useRun";
import { runOf } from "../runs/view";
import { toast } from "../ui";
import { isEditable, type Action } from "./action";
import type { Editor } from "./editor";
import { run } from "./run";
import { onlySelected } from "./ui";

const chosen = ({ ui, store }: Editor): string | null => {
  const id = onlySelected(ui.getState());
  return id !== null && store.view.getState().nodes.has(id) ? id : null;
};

const isWork = (editor: Editor): boolean => {
  const node = editor.store.view.getState().nodes.get(chosen(editor) ?? "");
  return node !== undefined && (editor.catalogue.typeOf(node)?.executable ?? false);
};

/** On what the shown run has: what comes to a node is taken from there. */
function runPart(editor: Editor, kind: Wish["kind"]): void {
  const id = chosen(editor);
  const shown = runOf(runStore.getView());
  if (id === null) return;
  if (!shown) return toast({ text: "A node runs on what a run of the workflow has brought to it. Run the workflow once.", action: { label: "Run it", perform: () => void run(editor) } });
  if (!RUN_TERMINAL.has(shown.status)) return toast({ text: "A run is under way. Wait for its end, or cancel it." });
  const key = runStore.getNode(id)?.key ?? id;
  const isFindable = !key.includes("~") && !(kind === "to_here" && key.includes("/"));
  if (!isFindable) return toast({ text: "This part is inside a container, and cannot be run from here. Use Run… beside its values." });
  wishFor({ runId: shown.id, workflowId: shown.workflow.id, kind, node: key, edit: key });
}

/** Keeps what the node gave in the shown run, or lets go of what is kept. */
export async function togglePin({ store }: Editor, id: string): Promise<void> {
  const { pinned } = store.view.getState().nodes.get(id) ?? {};
  if (pinned !== null && pinned !== undefined) return setNodeKey(store, id, "pinned", null);
  const shown = runOf(runStore.getView());
  const node = runStore.getNode(id);
  if (!shown || node?.status !== "succeeded") return toast({ text: "There is no output to pin: this node has not succeeded in the run that is shown." });
  try {
    const { output } = await nodeRunGet(shown.id, node.key);
    if (output === null) toast({ text: "This output is null: there is nothing to pin." });
    else if (isObject(output) && output.$truncated === true) toast({ text: "This output is too large to keep in the workflow." });
    else setNodeKey(store, id, "pinned", output);
  } catch (thrown) {
    toast({ tone: "fail", text: asApiError(thrown).message });
  }
}

function show({ ui }: Editor, part: Part): void {
  ui.setState({ isInspectorOpen: true, inspectorTab: "run" });
  partStore.setState({ part, ofAgent: part });
}

const PARTS: readonly [Part, string, string][] = [
  ["logs", "Show the logs of the node", "l"],
  ["input", "Show what the node received", "i"],
  ["output", "Show what the node gave", "o"],
];

export const PART_ACTIONS: Action[] = [
  { id: "run.only", title: "Run only this node", icon: "circle-dot", keys: ["Shift+Enter"], scope: "canvas", group: "Run", when: (e) => isEditable(e) && isWork(e), perform: (e) => runPart(e, "only") },
  { id: "run.from", title: "Run from this node", icon: "play", keys: [], scope: "canvas", group: "Run", when: (e) => isEditable(e) && isWork(e), perform: (e) => runPart(e, "from_here") },
  { id: "run.to", title: "Run up to this node", icon: "flag", keys: [], scope: "canvas", group: "Run", when: (e) => isEditable(e) && isWork(e), perform: (e) => runPart(e, "to_here") },
  { id: "edit.pin", title: "Pin or unpin the output", icon: "target", keys: ["p"], scope: "canvas", group: "Edit", when: (e) => isEditable(e) && isWork(e), perform: (e) => void togglePin(e, chosen(e) ?? "") },
  ...PARTS.map(([part, title, key]): Action => ({ id: `view.${part}`, title, keys: [key], scope: "canvas", group: "View", when: isWork, perform: (e) => show(e, part) })),
];
