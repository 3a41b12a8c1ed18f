import { describe, expect, it } from "vitest";
import { HEIGHT, outlineOf, WIDTH } from "./outline";

const node = (id: string, x: number, y: number, more = {}) => ({ id, type: "set", position: { x, y }, parent: null, ...more });

describe("outlineOf", () => {
  it("fits any graph into the frame and keeps its order from left to right", () => {
    const outline = outlineOf({ nodes: [node("a", -500, 40), node("b", 9_000, 3_000), node("c", 2_000, -900)], edges: [{ source: "a", target: "b" }] });
    expect(outline?.lines).toHaveLength(1);
    for (const box of outline?.boxes ?? []) {
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.y).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(WIDTH);
      expect(box.y + box.height).toBeLessThanOrEqual(HEIGHT);
    }
    const [a, b] = outline?.boxes ?? [];
    expect(a?.x).toBeLessThan(b?.x ?? 0);
  });

  it("does not blow up a graph of one node", () => {
    expect(outlineOf({ nodes: [node("a", 0, 0)] })?.boxes[0]?.width).toBeLessThan(20);
  });

  it("leaves out notes, what is inside containers, and malformed parts", () => {
    const outline = outlineOf({
      nodes: [node("a", 0, 0), node("n", 0, 0, { type: "note" }), node("inner", 0, 0, { parent: "a" }), { id: "broken" }, 7],
      edges: [{ source: "a", target: "gone" }, null],
    } as never);
    expect(outline?.boxes).toHaveLength(1);
    expect(outline?.lines).toEqual([]);
    expect(outlineOf({ nodes: [] })).toBeNull();
  });
});
