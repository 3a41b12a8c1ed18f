import { createStore } from "zustand/vanilla";
import { describe, expect, it } from "vitest";
import type { Editor } from "../actions/editor";
import { createUi } from "../actions/ui";
import type { Position } from "../contracts/document";
import { move } from "../document/commands";
import { normaliseDocument } from "../document/normalise";
import { NO_PROBLEMS } from "../document/problems";
import { CATALOGUE, sampleStore } from "../document/testing";
import { createFlowStore } from "./flowStore";

const set = (id: string, x: number) => ({ id, type: "set", position: { x, y: 0 } });
const frame = (id: string, ...nodes: string[]) => ({ id, type: "frame", position: { x: 0, y: 0 }, params: { nodes } });

function opened() {
  const document = normaliseDocument({ schema: 1, nodes: [frame("outer", "inner", "c"), frame("inner", "a", "b"), set("a", 0), set("b", 300), set("c", 900), set("far", 3000)], edges: [], annotations: [] });
  const store = sampleStore(undefined, document);
  const editor: Editor = { workflowId: "w", catalogue: CATALOGUE, store, ui: createUi(), problems: createStore(() => NO_PROBLEMS), autosave: null, isReadOnly: false };
  const flow = createFlowStore(editor);
  flow.start();
  const at = (id: string): Position => flow.state.getState().nodes.find((node) => node.id === id)?.position ?? { x: NaN, y: NaN };
  const drag = (id: string, x: number, y: number): void => flow.onNodesChange([{ type: "position", id, position: { x: at(id).x + x, y: at(id).y + y }, dragging: true }]);
  return { store, flow, at, drag };
}

describe("a drag of frames in frames", () => {
  it("takes what is in the outer one along, to the innermost node, and is one step to undo", () => {
    const { store, flow, at, drag } = opened();
    const before = ["outer", "inner", "a", "b", "c", "far"].map(at);
    drag("outer", 40, 16);
    expect(["outer", "inner", "a", "b", "c"].map(at)).toEqual(before.slice(0, 5).map(({ x, y }) => ({ x: x + 40, y: y + 16 })));
    expect(at("far")).toEqual(before[5]);
    move(store, flow.takeDragged());
    expect(store.view.getState().nodes.get("b")?.position).toEqual({ x: 340, y: 16 });
    store.history.undo();
    expect(["outer", "inner", "a", "b", "c", "far"].map(at)).toEqual(before);
  });

  it("leaves the outer one and its other nodes where they are when the inner one is moved", () => {
    const { store, flow, at, drag } = opened();
    const c = at("c");
    drag("inner", 0, 200);
    move(store, flow.takeDragged());
    expect(at("c")).toEqual(c);
    expect(store.view.getState().nodes.get("a")?.position).toEqual({ x: 0, y: 200 });
    expect(at("outer").y).toBeLessThan(at("inner").y);
  });
});
