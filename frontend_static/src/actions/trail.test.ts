import { describe, expect, it } from "vitest";
import { addressOn, trailOf } from "./trail";

const query = (address: string): URLSearchParams => new URLSearchParams(address.split("?")[1]);

describe("the way through workflows", () => {
  it("is kept in the address", () => {
    expect(addressOn("c", ["a", "b"])).toBe("/workflows/c?via=a.b");
    expect(trailOf(query(addressOn("c", ["a", "b"])))).toEqual(["a", "b"]);
    expect(addressOn("a", [])).toBe("/workflows/a");
    expect(trailOf(query("/workflows/a"))).toEqual([]);
  });

  it("leads back where a workflow is on it already", () => {
    expect(addressOn("a", ["a", "b"])).toBe("/workflows/a");
    expect(addressOn("b", ["a", "b", "c"])).toBe("/workflows/b?via=a");
  });

  it("keeps its end when it is long", () => expect(trailOf(query(addressOn("z", [..."abcdefghijk"])))).toEqual([..."defghijk"]));
});
