import { describe, expect, it } from "vitest";
import type { EdgeDoc, NodeDoc } from "../contracts/document";
import { normaliseEdge, normaliseNode } from "./normalise";
import { outlineRows } from "./outline";

const node = (id: string, x: number, y = 0, parent: string | null = null): [string, NodeDoc] => [id, normaliseNode({ id, type: "set", parent, position: { x, y } })];
const edge = (pair: string): [string, EdgeDoc] => {
  const [source = "", target = ""] = pair.split(">");
  return [pair, normaliseEdge({ id: pair, source, target })];
};
const rows = (nodes: [string, NodeDoc][], ...pairs: string[]) => outlineRows({ nodes: new Map(nodes), edges: new Map(pairs.map(edge)) });

describe("the outline", () => {
  it("follows the edges, then the places", () => {
    const found = rows([node("end", 0), node("b", 50, 90), node("a", 50, 10), node("start", 900)], "start>a", "start>b", "a>end", "b>end");
    expect(found.map((row) => row.node.id)).toEqual(["start", "a", "b", "end"]);
    expect(found[0]?.next.map(({ to }) => to.id)).toEqual(["a", "b"]);
  });

  it("has what is inside a container below it", () => {
    const found = rows([node("box", 0), node("after", 10), node("in2", 90, 0, "box"), node("in1", 80, 0, "box")], "box>after", "in2>in1");
    expect(found.map((row) => [row.node.id, row.depth])).toEqual([["box", 0], ["in2", 1], ["in1", 1], ["after", 0]]);
  });

  it("loses nothing in a circle, nor a node whose container is gone", () => {
    const found = rows([node("a", 0), node("b", 10), node("lost", 20, 0, "gone")], "a>b", "b>a");
    expect(found.map((row) => row.node.id).sort()).toEqual(["a", "b", "lost"]);
  });
});
