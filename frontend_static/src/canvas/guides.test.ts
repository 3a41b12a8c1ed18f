import { describe, expect, it } from "vitest";
import { align, type Rect } from "./guides";

const rect = (x: number, y: number, width = 240, height = 76): Rect => ({ x, y, width, height });

describe("guides", () => {
  it("pull to the edge of a node that is nearly in line", () => {
    const { shift, guides } = align(rect(3, 200), [rect(0, 0)], 6);
    expect(shift).toEqual({ x: -3, y: 0 });
    expect(guides).toEqual({ x: { at: 120, from: 0, to: 276 }, y: null });
  });

  it("pull to the middle where the sizes differ", () => {
    const { shift, guides } = align(rect(400, 60, 240, 76), [rect(0, 0, 240, 200)], 6);
    expect(shift).toEqual({ x: 0, y: 2 });
    expect(guides.y).toEqual({ at: 100, from: 0, to: 640 });
  });

  it("leave alone what is out of reach", () => {
    expect(align(rect(20, 300), [rect(0, 0)], 6)).toEqual({ shift: { x: 0, y: 0 }, guides: { x: null, y: null } });
    expect(align(rect(5000, 0), [rect(0, 0)], 6).guides.y).toBeNull();
  });

  it("take the nearest of several, and draw through all in line", () => {
    const { shift, guides } = align(rect(2, 400), [rect(-3, 0), rect(0, 200), rect(0, 800)], 6);
    expect(shift.x).toBe(-2);
    expect(guides.x).toEqual({ at: 120, from: 200, to: 876 });
  });
});
