import { neighbourProblem } from "../document/problems";
import { navigate } from "../app/router";
import { isEditable, type Action } from "./action";
import type { Editor } from "./editor";
import { onlySelected, select } from "./ui";

function fitSelection({ ui }: Editor): void {
  const { canvas, selectedNodes } = ui.getState();
  canvas?.fit(selectedNodes.size > 0 ? [...selectedNodes] : undefined);
}

function openSettings({ ui }: Editor): void {
  ui.setState({ isInspectorOpen: true, inspectorTab: "params" });
  requestAnimationFrame(() => document.querySelector<HTMLElement>("[data-inspector] input, [data-inspector] textarea")?.focus());
}

/** What is loaded when it is first shown has the focus as soon as it is there. */
function focusSoon(selector: string, tries = 40): void {
  const element = document.querySelector<HTMLElement>(selector);
  if (element) element.focus();
  else if (tries > 0) window.setTimeout(() => focusSoon(selector, tries - 1), 50);
}

/** The same graph as a list, with the focus in it. */
function showOutline({ ui }: Editor): void {
  ui.setState({ isPaletteOpen: true, sidePanel: "outline" });
  focusSoon("[data-outline] [tabindex='0']");
}

/** Goes to the next problem that has a place, or to the one before. */
function walkProblems({ problems, ui }: Editor, step: 1 | -1): void {
  const { selectedNodes, selectedEdges, focusParam } = ui.getState();
  const next = neighbourProblem(problems.getState().all, { nodes: selectedNodes, edges: selectedEdges, param: focusParam }, step);
  if (next) showProblem(ui, next);
}

export function showProblem(ui: Editor["ui"], problem: { node_id?: string | null; edge_id?: string | null; param?: string | null }): void {
  if (problem.node_id) {
    select(ui, [problem.node_id]);
    ui.setState({ isInspectorOpen: true, inspectorTab: problem.param?.startsWith("policy") ? "policy" : "params", focusParam: problem.param ?? null });
    ui.getState().canvas?.show(problem.node_id);
  } else if (problem.edge_id) {
    select(ui, [], [problem.edge_id]);
    ui.setState({ focusParam: null });
  }
}

export const VIEW_ACTIONS: Action[] = [
  { id: "view.in", title: "Zoom in", icon: "zoom-in", keys: ["+", "=", "Mod++", "Mod+="], scope: "canvas", group: "View", perform: ({ ui }) => ui.getState().canvas?.zoom("in") },
  { id: "view.out", title: "Zoom out", icon: "zoom-out", keys: ["-", "Mod+-"], scope: "canvas", group: "View", perform: ({ ui }) => ui.getState().canvas?.zoom("out") },
  { id: "view.one", title: "Zoom to 100 %", keys: ["0", "Shift+0"], scope: "canvas", group: "View", perform: ({ ui }) => ui.getState().canvas?.zoom("one") },
  { id: "view.fit", title: "Zoom to fit", icon: "maximize", keys: ["1", "Shift+1"], scope: "canvas", group: "View", perform: ({ ui }) => ui.getState().canvas?.fit() },
  { id: "view.selection", title: "Zoom to selection", icon: "maximize-2", keys: ["2", "Shift+2"], scope: "canvas", group: "View", perform: fitSelection },
  { id: "view.open", title: "Open settings of the node", icon: "settings-2", keys: ["Enter"], scope: "canvas", group: "View", when: ({ ui }) => onlySelected(ui.getState()) !== null, perform: openSettings },
  { id: "view.palette", title: "Show or hide the palette", icon: "panel-left", keys: ["Shift+l"], scope: "canvas", group: "View", perform: ({ ui }) => ui.setState((s) => ({ isPaletteOpen: !s.isPaletteOpen })) },
  { id: "view.outline", title: "Show the outline", icon: "list", keys: ["Shift+o"], scope: "canvas", group: "View", perform: showOutline },
  { id: "view.problem", title: "Next problem", icon: "circle-alert", keys: ["F8"], scope: "always", group: "View", perform: (editor) => walkProblems(editor, 1) },
  { id: "view.problem.before", title: "Previous problem", icon: "circle-alert", keys: ["Shift+F8"], scope: "always", group: "View", perform: (editor) => walkProblems(editor, -1) },
  { id: "workflow.settings", title: "Workflow settings", icon: "settings-2", keys: [], scope: "page", group: "View", perform: ({ ui }) => ui.setState({ dialog: "settings" }) },
  { id: "workflow.publish", title: "Publish a version", icon: "rocket", keys: [], scope: "page", group: "Run", when: isEditable, perform: ({ ui }) => ui.setState({ dialog: "publish" }) },
  { id: "workflow.triggers", title: "Triggers: webhooks, schedules, forms", icon: "clock", keys: [], scope: "page", group: "Run", perform: ({ workflowId }) => navigate(`/workflows/${encodeURIComponent(workflowId)}/triggers`) },
  { id: "workflow.share", title: "Share", icon: "share-2", keys: ["Shift+h"], scope: "page", group: "Run", when: isEditable, perform: ({ ui }) => ui.setState({ dialog: "share" }) },
  { id: "help.shortcuts", title: "Keyboard shortcuts", icon: "keyboard", keys: ["?"], scope: "page", group: "Help", perform: ({ ui }) => ui.setState({ dialog: "shortcuts" }) },
  { id: "view.find", title: "Find in this workflow", icon: "search", keys: ["Mod+f"], scope: "page", group: "View", perform: ({ ui }) => ui.setState({ dialog: "find" }) },
  { id: "help.tour", title: "Take the tour", icon: "lightbulb", keys: [], scope: "page", group: "Help", when: isEditable, perform: ({ ui }) => ui.setState({ isTouring: true }) },
  { id: "help.commands", title: "Search commands, nodes, workflows and runs", icon: "search", keys: ["Mod+k"], scope: "always", group: "Help", perform: ({ ui }) => ui.setState({ dialog: "commands" }) },
];
