import { describe, expect, it } from "vitest";
import { differences, MOST } from "./valueDiff";

describe("differences", () => {
  it("are told by path, with what only one side has", () => {
    const before = { a: 1, rows: [{ n: 1 }, { n: 2 }], gone: true };
    const after = { a: 1, rows: [{ n: 1 }, { n: 3 }, { n: 4 }], "two words": "x" };
    expect(differences(before, after)).toEqual([
      { path: "rows[1].n", before: 2, after: 3 },
      { path: "rows[2]", before: undefined, after: { n: 4 } },
      { path: '["two words"]', before: undefined, after: "x" },
      { path: "gone", before: true, after: undefined },
    ]);
  });

  it("a value of another kind differs as a whole, an equal one nowhere", () => {
    expect(differences([1], { 0: 1 })).toEqual([{ path: "", before: [1], after: { 0: 1 } }]);
    expect(differences({ a: [1, { b: null }] }, { a: [1, { b: null }] })).toEqual([]);
  });

  it("end after many", () => {
    const list = Array.from({ length: 2 * MOST }, (_item, index) => index);
    expect(differences(list, list.map((item) => item + 1))).toHaveLength(MOST);
  });
});
