import { describe, expect, it } from "vitest";
import { normaliseDocument } from "../document/normalise";
import { CATALOGUE } from "../document/testing";
import { boxAt, boxesOf } from "./boxes";
import { EMPTY_BOX, HEAD, NODE_WIDTH, PAD } from "./layout";

const nodesOf = (...raw: object[]) => new Map(normaliseDocument({ nodes: raw } as never).nodes.map((node) => [node.id, node]));

describe("the boxes of containers", () => {
  it("are of a fixed size while there is nothing inside", () => {
    const boxes = boxesOf(nodesOf({ id: "m", type: "map", position: { x: 10, y: 20 } }), CATALOGUE);
    expect(boxes.get("m")).toMatchObject({ x: 10, y: 20, ...EMPTY_BOX, depth: 0 });
  });

  it("grow around what is inside, in every direction and through every level", () => {
    const nodes = nodesOf(
      { id: "w", type: "set", parent: "m", position: { x: 900, y: 700 } },
      { id: "m", type: "map", parent: "l", position: { x: 100, y: 100 } },
      { id: "l", type: "loop", position: { x: 0, y: 0 } },
      { id: "far", type: "set", parent: "l", position: { x: -500, y: -400 } },
    );
    const boxes = boxesOf(nodes, CATALOGUE);
    expect([...boxes.keys()]).toEqual(["l", "m"]);
    const inner = boxes.get("m");
    expect(inner).toMatchObject({ x: 100, y: 100, width: 900 + NODE_WIDTH + PAD.right - 100, depth: 1 });
    expect(boxes.get("l")).toMatchObject({ x: -500 - PAD.left, y: -400 - PAD.top });
    const right = (boxes.get("l")?.x ?? 0) + (boxes.get("l")?.width ?? 0);
    expect(right).toBe((inner?.x ?? 0) + (inner?.width ?? 0) + PAD.right + PAD.ports);
  });

  it("follow what is being dragged", () => {
    const nodes = nodesOf({ id: "m", type: "map" }, { id: "w", type: "set", parent: "m", position: { x: 40, y: 100 } });
    const boxes = boxesOf(nodes, CATALOGUE, (node) => (node.id === "w" ? { x: 40, y: 1000 } : node.position));
    expect(boxes.get("m")?.height).toBeGreaterThan(1000 + HEAD);
  });

  it("bear containers that sit in each other", () => {
    const nodes = nodesOf({ id: "a", type: "map", parent: "b" }, { id: "b", type: "map", parent: "a" });
    expect([...boxesOf(nodes, CATALOGUE).keys()].sort()).toEqual(["a", "b"]);
  });

  it("are found at a point, the innermost first", () => {
    const nodes = nodesOf({ id: "l", type: "loop" }, { id: "m", type: "map", parent: "l", position: { x: 40, y: 100 } });
    const boxes = boxesOf(nodes, CATALOGUE);
    expect(boxAt(boxes, { x: 60, y: 120 })).toBe("m");
    expect(boxAt(boxes, { x: 60, y: 120 }, new Set(["m"]))).toBe("l");
    expect(boxAt(boxes, { x: 5, y: 5 })).toBe("l");
    expect(boxAt(boxes, { x: -5, y: 5 })).toBeNull();
  });
});
