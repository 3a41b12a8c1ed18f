import { isEditable, type Action } from "./action";
import type { Edge } from "./arrange";
import type { Editor } from "./editor";

const EDGES: readonly [Edge, string][] = [
  ["left", "align-start-vertical"],
  ["centre", "align-center-vertical"],
  ["right", "align-end-vertical"],
  ["top", "align-start-horizontal"],
  ["middle", "align-center-horizontal"],
  ["bottom", "align-end-horizontal"],
];

const selects = (count: number) => (editor: Editor): boolean => isEditable(editor) && editor.ui.getState().selectedNodes.size >= count;

/** The layouter is large: it is fetched when a hand comes near its button. */
export function warmTidy(): void {
  void import("../canvas/elk").then(({ warmUp }) => warmUp()).catch(() => undefined);
}

export const TIDY_ACTIONS: Action[] = [
  { id: "tidy", title: "Tidy up", icon: "sparkles", keys: ["Shift+Alt+t"], scope: "canvas", group: "Edit", when: isEditable, perform: (e) => void import("./arrange").then(({ tidy }) => tidy(e)) },
  { id: "tidy.selection", title: "Tidy up the selected nodes", icon: "sparkles", keys: [], scope: "canvas", group: "Edit", when: selects(2), perform: (e) => void import("./arrange").then(({ tidy }) => tidy(e)) },
  ...EDGES.map(([edge, icon]): Action => ({ id: `align.${edge}`, title: `Align ${edge}`, icon, keys: [], scope: "canvas", group: "Edit", when: selects(2), perform: (e) => void import("./arrange").then(({ align }) => align(e, edge)) })),
  { id: "distribute.x", title: "Distribute horizontally", icon: "align-horizontal-space-around", keys: [], scope: "canvas", group: "Edit", when: selects(3), perform: (e) => void import("./arrange").then(({ distribute }) => distribute(e, "x")) },
  { id: "distribute.y", title: "Distribute vertically", icon: "align-vertical-space-around", keys: [], scope: "canvas", group: "Edit", when: selects(3), perform: (e) => void import("./arrange").then(({ distribute }) => distribute(e, "y")) },
];
