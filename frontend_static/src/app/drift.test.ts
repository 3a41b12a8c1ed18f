import { describe, expect, it } from "vitest";
import type { NodeChange } from "../document/compare";
import { driftWords } from "./drift";

const node = (mark: NodeChange["mark"]): NodeChange => ({ id: mark, name: mark, mark, fields: [] });

describe("what was edited since a run", () => {
  it("counts nodes and edges", () => {
    expect(driftWords({ nodes: [node("changed")], edges: [] })).toBe("Edited since this run: 1 node");
    expect(driftWords({ nodes: [node("added"), node("removed")], edges: [{ id: "e", name: "", mark: "added" }] })).toBe("Edited since this run: 2 nodes, 1 edge");
  });

  it("says nothing of nodes that were only moved", () => {
    expect(driftWords({ nodes: [node("moved")], edges: [] })).toBe("");
  });
});
