import { describe, expect, it } from "vitest";
import { heightOf, TALLEST, windowOf } from "./longList";

const row = 22;
const height = 300;

describe("a long list", () => {
  it("draws the rows in view at their places", () => {
    const seen = windowOf({ count: 1000, row, scrollTop: 2200, height });
    expect(seen.from).toBeLessThanOrEqual(100);
    expect(seen.to).toBeGreaterThanOrEqual(114);
    expect(seen.top).toBe(seen.from * row);
    expect(seen.to - seen.from).toBeLessThan(60);
  });

  it("reaches each end of a million rows inside a height that browsers can draw", () => {
    const count = 1_000_000;
    expect(heightOf(count, row)).toBe(TALLEST);
    const first = windowOf({ count, row, scrollTop: 0, height });
    expect([first.from, first.top]).toEqual([0, 0]);
    const last = windowOf({ count, row, scrollTop: TALLEST - height, height });
    expect(last.to).toBe(count);
    expect(last.top + (last.to - last.from) * row).toBeCloseTo(TALLEST, 3);
    const middle = windowOf({ count, row, scrollTop: (TALLEST - height) / 2, height });
    expect(Math.abs(middle.from - count / 2)).toBeLessThan(20);
  });

  it("shows all of a short list", () => {
    expect(windowOf({ count: 3, row, scrollTop: 0, height })).toEqual({ from: 0, to: 3, top: 0 });
  });
});
