import { describe, expect, it } from "vitest";
import type { StepOut } from "../contracts/api";
import { attemptOf, cachedOf, partsOf, reasonOf } from "./calls";

const call = (more: Partial<StepOut>): StepOut =>
  ({ agent: "ask", idx: 2001, kind: "call", name: "a/b", status: "succeeded", input: null, output: null, seconds: 1, ...more }) as StepOut;

describe("the record of a call", () => {
  it("says its attempt, why it was made, and what was asked and answered", () => {
    const made = call({ input: { prompt: [{ role: "user", content: "Hi" }], reason: "c/d was busy." }, output: { text: "Ho", cached_tokens: 5 } });
    expect([attemptOf(made), reasonOf(made), cachedOf(made)]).toEqual([2, "c/d was busy.", 5]);
    expect(partsOf(made)).toEqual([[{ role: "user", content: "Hi" }], "Ho"]);
  });

  it("shows what was cut as it came, and no answer where there is none", () => {
    const cut = { $truncated: true, size: 9, preview: "x" };
    expect(partsOf(call({ input: cut, output: cut }))).toEqual([cut, cut]);
    expect(partsOf(call({ input: { prompt: [] }, status: "failed" }))).toEqual([[], undefined]);
    expect([reasonOf(call({})), cachedOf(call({}))]).toEqual(["", 0]);
  });
});
