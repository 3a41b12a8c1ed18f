import { describe, expect, it } from "vitest";
import type { LinkOut } from "../contracts/api";
import { usesOf } from "./rights";

const link = (over: Partial<LinkOut>): LinkOut => ({ right: "run", opens: 0, uses: 0, uses_limit: null, ...over }) as LinkOut;

describe("what is said of a link's uses", () => {
  it("tells openings from what the link is for", () => {
    expect(usesOf(link({ opens: 1, uses: 1 }))).toBe("opened once, 1 run");
    expect(usesOf(link({ opens: 12, uses: 5, uses_limit: 10 }))).toBe("opened 12 times, 5 of 10 runs");
    expect(usesOf(link({ right: "copy", opens: 2, uses: 1 }))).toBe("opened 2 times, 1 copy");
  });

  it("counts openings alone where nothing else can be done", () => {
    expect(usesOf(link({ right: "view", opens: 3, uses: 3 }))).toBe("opened 3 times");
    expect(usesOf(link({ right: "replay", opens: 3, uses: 3, uses_limit: 4 }))).toBe("opened 3 of 4 times");
  });
});
