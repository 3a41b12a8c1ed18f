import { describe, expect, it } from "vitest";
import type { NodeChange } from "../document/compare";
import { driftWords } from "./drift";

const node = (mark: NodeChange["mark"], ...names: string[]): NodeChange => ({ id: mark, name: mark, mark, fields: names.map((field) => ({ field, before: undefined, after: null })) });

describe("what was edited since a run", () => {
  it("counts nodes and edges", () => {
    expect(driftWords({ nodes: [node("changed", "prompt", "comments")], edges: [] })).toBe("Edited since this run: 1 node");
    expect(driftWords({ nodes: [node("added"), node("removed")], edges: [{ id: "e", name: "", mark: "added" }] })).toBe("Edited since this run: 2 nodes, 1 edge");
  });

  it("says nothing of nodes that were only moved or talked about", () => {
    expect(driftWords({ nodes: [node("moved"), node("changed", "comments")], edges: [] })).toBe("");
  });
});
