import { describe, expect, it } from "vitest";
import { compareDocuments, isSame } from "./compare";
import { normaliseDocument } from "./normalise";

const node = (id: string, more: object = {}) => ({ id, type: "set", ...more });
const edge = (id: string, source: string, target: string) => ({ id, source, target });
const doc = (nodes: object[], edges: object[] = [], settings: object = {}) => normaliseDocument({ schema: 1, nodes, edges, settings, annotations: [] } as never);

describe("compareDocuments", () => {
  it("finds nothing in equal documents, whatever the order of their keys", () => {
    expect(isSame(compareDocuments(doc([node("a", { params: { x: 1, y: 2 } })]), doc([node("a", { params: { y: 2, x: 1 } })])))).toBe(true);
  });

  it("tells added, removed, changed and moved nodes apart, with the fields that changed", () => {
    const before = doc([node("same"), node("gone", { name: "Gone" }), node("other", { params: { value: 1 } }), node("away", { position: { x: 0, y: 0 } })]);
    const after = doc([node("same"), node("other", { name: "Other", params: { value: 2, extra: true }, policy: { timeout_seconds: 5 } }), node("away", { position: { x: 8, y: 0 } }), node("new")]);
    const { nodes, both } = compareDocuments(before, after);
    expect(nodes.map(({ id, mark }) => [id, mark])).toEqual([["other", "changed"], ["away", "moved"], ["new", "added"], ["gone", "removed"]]);
    expect(nodes[0]?.fields).toEqual([
      { field: "name", before: "", after: "Other" },
      { field: "value", before: 1, after: 2 },
      { field: "extra", before: undefined, after: true },
      { field: "policy.timeout_seconds", before: null, after: 5 },
    ]);
    expect(nodes.at(-1)?.name).toBe("Gone");
    expect(both.nodes.map(({ id }) => id)).toEqual(["same", "other", "away", "new", "gone"]);
  });

  it("knows edges by their ends, and draws one that is gone beside a new one of the same id", () => {
    const nodes = [node("a"), node("b"), node("c")];
    const { edges, both } = compareDocuments(doc(nodes, [edge("e1", "a", "b"), edge("e2", "b", "c")]), doc(nodes, [edge("e1", "a", "c"), edge("e9", "b", "c")]));
    expect(edges).toEqual([
      { id: "e1", name: "a → c", mark: "added" },
      { id: "e1 before", name: "a → b", mark: "removed" },
    ]);
    expect(both.edges.map(({ id }) => id)).toEqual(["e1", "e9", "e1 before"]);
  });

  it("tells changed settings", () => {
    expect(compareDocuments(doc([]), doc([], [], { budget_usd: 3 })).settings).toEqual([{ field: "budget_usd", before: null, after: 3 }]);
  });
});
