import { describe, expect, it } from "vitest";
import { nearPart, nextSpan, shownSpan } from "./nearPart";
import type { FlowEdge, FlowNode } from "./toFlow";

const node = (id: string, x: number, more: Partial<FlowNode> = {}): FlowNode =>
  ({ id, position: { x, y: 0 }, data: { layout: { width: 100, height: 50, ports: [] } }, ...more }) as unknown as FlowNode;
const edge = (source: string, target: string): FlowEdge => ({ id: `${source}-${target}`, source, target }) as FlowEdge;
const row = Array.from({ length: 400 }, (_, at) => node(`n${at}`, at * 200));
const view = shownSpan({ x: 0, y: 0, zoom: 1, width: 1000, height: 800 });
const ids = (nodes: readonly FlowNode[]): string[] => nodes.map(({ id }) => id);

describe("the part of a graph around the view", () => {
  it("is the whole graph when that is small", () => {
    const small = { nodes: row.slice(0, 250), edges: [] };
    expect(nearPart(small, view)).toEqual(small);
  });

  it("holds what is in the span, in its order, and nothing that is far away", () => {
    expect(ids(nearPart({ nodes: row, edges: [] }, view).nodes)).toEqual(["n0", "n1", "n2", "n3", "n4", "n5"]);
  });

  it("holds what the hand holds, wherever it is", () => {
    const nodes = [...row.slice(0, 390), node("held", 90_000, { selected: true })];
    expect(ids(nearPart({ nodes, edges: [] }, view).nodes)).toContain("held");
  });

  it("holds an edge that crosses the view from end to end, and both its nodes", () => {
    const nodes = [...row, node("left", -9_000), node("right", 99_000)];
    const part = nearPart({ nodes, edges: [edge("left", "right"), edge("n300", "n301")] }, view);
    expect(part.edges.map(({ id }) => id)).toEqual(["left-right"]);
    expect(ids(part.nodes)).toEqual(expect.arrayContaining(["left", "right"]));
  });

  it("is chosen again only when the view leaves the span, or needs much less of it", () => {
    const span = nextSpan(null, view);
    const moved = shownSpan({ x: -300, y: 0, zoom: 1, width: 1000, height: 800 });
    const left = shownSpan({ x: -600, y: 0, zoom: 1, width: 1000, height: 800 });
    const closer = shownSpan({ x: -300, y: -200, zoom: 2.5, width: 1000, height: 800 });
    expect(nextSpan(span, moved)).toBe(span);
    expect(nextSpan(span, left)).not.toBe(span);
    expect(nextSpan(span, closer)).not.toBe(span);
  });
});
