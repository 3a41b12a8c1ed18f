import { asApiError, type ApiError } from "../api/client";
import type { JsonObject, Problem } from "../contracts/api";
import type { NodeDoc } from "../contracts/document";
import { indexProblems } from "../document/problems";
import { runActions, runStore } from "../runs/useRun";
import { runOf } from "../runs/view";
import { RUN_TERMINAL } from "../runs/types";
import { toast } from "../ui";
import { isEditable, type Action } from "./action";
import type { Editor } from "./editor";
import { showProblem } from "./view";

/** The fields that the start node asks for. */
export function startFields(nodes: ReadonlyMap<string, NodeDoc>): JsonObject[] {
  const start = [...nodes.values()].find((node) => node.type === "start");
  const fields = start?.params.fields;
  return Array.isArray(fields) ? fields.filter((field): field is JsonObject => typeof field === "object" && field !== null && !Array.isArray(field)) : [];
}

/** Runs the draft: asks for the input where the start node has fields. */
export async function run(editor: Editor): Promise<void> {
  const problem = editor.problems.getState().all.find(({ severity, code }) => severity === "error" && !code.startsWith(ELSEWHERE));
  const saved = (await editor.autosave?.flush()) ?? true;
  if (!saved) {
    toast({ tone: "warn", text: "The draft is not saved yet, so it cannot run. See beside the name." });
    return;
  }
  if (problem) return refuse(editor, problem);
  if (startFields(editor.store.view.getState().nodes).length > 0) editor.ui.setState({ dialog: "start" });
  else await startAtOnce(editor);
}

/** Shows the start form, with what a run would cost, also where the start node has no fields. */
async function forecastRun(editor: Editor): Promise<void> {
  await editor.autosave?.flush();
  editor.ui.setState({ dialog: "start" });
}

/** Starts with an input; rejects with what the form should show. */
export async function startRun(editor: Editor, input: JsonObject): Promise<void> {
  try {
    await runActions.start(editor.workflowId, input);
  } catch (thrown) {
    takeProblems(editor, asApiError(thrown));
    throw thrown;
  }
  editor.ui.setState({ announcement: "Run started" });
}

async function startAtOnce(editor: Editor): Promise<void> {
  try {
    await startRun(editor, {});
  } catch (thrown) {
    const error = asApiError(thrown);
    const first = error.code === "graph_invalid" ? editor.problems.getState().all[0] : undefined;
    if (first) refuse(editor, first);
    else toast({ tone: "fail", text: error.message });
  }
}

/** Begins the codes of problems that may be gone without a change of this workflow: only starting a run can tell. */
const ELSEWHERE = "call.";

function refuse(editor: Editor, problem: Problem): void {
  toast({ tone: "fail", text: problem.message, action: { label: "Show", perform: () => showProblem(editor.ui, problem) } });
}

/** Show what the server found wrong when a run was to start. */
function takeProblems(editor: Editor, error: ApiError): void {
  const { problems } = error.data;
  if (error.code === "graph_invalid" && Array.isArray(problems)) editor.problems.setState(indexProblems(problems as unknown as Problem[]), true);
}

export const isRunning = (): boolean => {
  const view = runStore.getView();
  const current = runOf(view);
  return view.kind === "starting" || (current !== null && !RUN_TERMINAL.has(current.status));
};

export const RUN_ACTIONS: Action[] = [
  { id: "run.start", title: "Run", icon: "play", keys: ["Mod+Enter"], scope: "always", group: "Run", when: isEditable, perform: (editor) => void run(editor) },
  { id: "run.forecast", title: "Forecast cost and time…", icon: "coins", keys: [], scope: "always", group: "Run", when: isEditable, perform: (editor) => void forecastRun(editor) },
  { id: "run.cancel", title: "Cancel the run", icon: "circle-stop", keys: ["Mod+Alt+Enter"], scope: "always", group: "Run", when: isRunning, perform: () => void runActions.cancel() },
];
