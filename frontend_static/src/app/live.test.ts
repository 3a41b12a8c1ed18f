import { describe, expect, it } from "vitest";
import type { NodeChange } from "../document/compare";
import { unpublishedWords } from "./live";

const node = (mark: NodeChange["mark"], ...fields: string[]): NodeChange => ({ id: "a", name: "A", mark, fields: fields.map((field) => ({ field, before: 1, after: 2 })) });

describe("what of a draft is not published", () => {
  it("counts nodes, edges and settings", () => {
    const edges = [{ id: "e", name: "e", mark: "added" as const }];
    expect(unpublishedWords({ nodes: [node("added"), node("changed", "prompt")], edges, settings: [] })).toBe("3 changes not published");
    expect(unpublishedWords({ nodes: [], edges: [], settings: [{ field: "budget_usd", before: 1, after: 2 }] })).toBe("1 change not published");
  });

  it("leaves out what no run can tell", () => {
    expect(unpublishedWords({ nodes: [node("moved"), node("changed", "comments")], edges: [], settings: [] })).toBe("");
  });
});
