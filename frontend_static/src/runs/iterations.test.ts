import { callAround } from "./types";
import { describe, expect, it } from "vitest";
import { isTold, levelsOf, withPicks } from "./iterations";

describe("turns and items", () => {
  it("names the containers around a node run", () => {
    expect(levelsOf("each#2/revise~3#0/draft")).toEqual([
      { container: "each", key: "each", index: 2, path: "each#2/" },
      { container: "revise", key: "each#2/revise", index: 0, path: "each#2/revise~3#0/" },
    ]);
    expect(levelsOf("draft")).toEqual([]);
  });

  it("moves a key to the picked turns and items", () => {
    expect(withPicks("each#2/revise#0/draft", new Map([["each", 7]]))).toBe("each#7/revise#0/draft");
    expect(withPicks("each~2#2/draft", new Map([["each", 2]]))).toBe("each~2#2/draft");
    expect(withPicks("draft", new Map([["each", 7]]))).toBe("draft");
  });

  it("knows what the server tells of by itself", () => {
    expect(["", "m#19/", "m#20/", "a#1/b#2/", "a#1/b#2/c#0/"].map(isTold)).toEqual([true, true, false, true, false]);
  });
});

describe("a called workflow", () => {
  it("stands on the canvas as the call", () => {
    expect(callAround("fetch")).toBeNull();
    expect(callAround("each#2/score")).toBeNull();
    expect(callAround("call/fetch")).toBe("call");
    expect(callAround("each#2/call~3/each#0/deeper/x")).toBe("each#2/call");
  });
});
