import { describe, expect, it } from "vitest";
import type { NodeDoc } from "../contracts/document";
import { normaliseNode } from "../document/normalise";
import { FOLDED, frameAt, framed } from "./framed";

const node = (id: string, x: number, more: object = {}): NodeDoc => normaliseNode({ id, type: "set", position: { x, y: 0 }, ...more });
const frame = (id: string, ...nodes: string[]): NodeDoc => normaliseNode({ id, type: "frame", position: { x: 0, y: 500 }, params: { nodes } });
const graph = (...nodes: NodeDoc[]) => new Map(nodes.map((one) => [one.id, one]));
const rectOf = ({ position }: NodeDoc) => ({ ...position, width: 100, height: 50 });
const NONE: ReadonlySet<string> = new Set();

describe("frames", () => {
  it("stand around their nodes, and around frames in them", () => {
    const { boxes } = framed(graph(frame("outer", "inner", "c"), frame("inner", "a", "b", "gone"), node("a", 0), node("b", 200), node("c", 900)), rectOf, NONE);
    expect(boxes.get("inner")).toMatchObject({ x: -24, y: -60, width: 348, height: 134, depth: 1, count: 2 });
    expect(boxes.get("outer")).toMatchObject({ x: -48, width: 1072, depth: 0 });
  });

  it("are counted from the outside in whatever order they were drawn, so that a drop finds the innermost", () => {
    const all = framed(graph(frame("inner", "a"), frame("middle", "inner"), frame("outer", "middle"), node("a", 0)), rectOf, NONE);
    expect(["outer", "middle", "inner"].map((id) => all.boxes.get(id)?.depth)).toEqual([0, 1, 2]);
    expect(frameAt(all, { x: 10, y: 10 }, NONE)).toBe("inner");
  });

  it("hide what is in them while they are folded up, with the insides of containers", () => {
    const nodes = graph(frame("outer", "inner"), frame("inner", "box"), node("box", 0), node("child", 0, { parent: "box" }));
    const { boxes, hiddenBy } = framed(nodes, rectOf, new Set(["outer", "inner"]));
    expect(boxes.get("outer")).toMatchObject(FOLDED);
    expect([...hiddenBy].sort()).toEqual([["box", "outer"], ["child", "outer"], ["inner", "outer"]]);
  });

  it("end, also where they name each other", () => {
    const { boxes } = framed(graph(frame("a", "b"), frame("b", "a")), rectOf, new Set(["a", "b"]));
    expect([...boxes.keys()].sort()).toEqual(["a", "b"]);
  });

  it("are empty at a place of their own, where nodes are dropped", () => {
    const all = framed(graph(frame("a")), rectOf, NONE);
    expect(frameAt(all, { x: 10, y: 510 }, NONE)).toBe("a");
    expect(frameAt(all, { x: 10, y: 400 }, NONE)).toBeNull();
  });
});
