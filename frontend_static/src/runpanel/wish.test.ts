import { describe, expect, it } from "vitest";
import type { ForeseenOut } from "../contracts/api";
import { changed, groups, knownCost, parseEdits } from "./wish";

const one = (node: string, what: ForeseenOut["what"], cost_usd: number | null = null): ForeseenOut => ({ node, what, stale: false, effect: "pure", cost_usd });

describe("what a run that goes on would do", () => {
  it("is grouped with the work first, and without empty groups", () => {
    const found = groups([one("a", "reused"), one("b", "run"), one("c", "maybe"), one("d", "pinned")]);
    expect(found.map(({ id, nodes }) => [id, nodes.map(({ node }) => node)])).toEqual([
      ["run", ["b"]],
      ["maybe", ["c"]],
      ["reused", ["a", "d"]],
    ]);
  });

  it("costs between what surely runs and what may run; what is taken over costs nothing", () => {
    expect(knownCost([one("a", "reused", 5), one("b", "run", 1), one("c", "maybe", 2)])).toEqual({ least: 1, most: 3 });
    expect(knownCost([one("a", "reused", 5), one("b", "run")])).toBeNull();
  });
});

describe("edited inputs", () => {
  it("are an object of ports, and anything else says how to write it", () => {
    expect(parseEdits('{"in": [1]}')).toEqual({ kind: "ok", value: { in: [1] } });
    expect(parseEdits("[1]")).toMatchObject({ kind: "invalid" });
    expect(parseEdits("{in: 1}")).toMatchObject({ kind: "invalid", message: expect.stringContaining("not JSON") as string });
  });

  it("count only where they differ from what arrived", () => {
    expect(changed({ a: 1, b: { c: 2 } }, { a: 1, b: { c: 3 } })).toEqual({ b: { c: 3 } });
  });
});
