import { describe, expect, it } from "vitest";
import { formatCost, formatElapsed, formatMoment, formatOffset, formatShortUsage, formatTokens, formatUsage } from "./format";

describe("format", () => {
  it.each([
    [-5, "0.0 s"],
    [450, "0.4 s"],
    [9_960, "9.9 s"],
    [65_000, "1 min 5 s"],
    [7_380_000, "2 h 3 min"],
    [3 * 86_400_000, "3 d 0 h"],
  ])("says a clock at %d ms as %s", (millis, text) => expect(formatElapsed(millis)).toBe(text));

  it.each([
    [0, "0"],
    [200, "200 ms"],
    [2_500, "2.5 s"],
    [90_000, "1.5 min"],
    [7_200_000, "2 h"],
  ])("marks %d ms on the axis as %s", (millis, text) => expect(formatOffset(millis)).toBe(text));

  it.each([
    [0, "$0"],
    [0.00001, "<$0.0001"],
    [0.0042, "$0.0042"],
    [0.123, "$0.123"],
    [12, "$12.00"],
  ])("says %d dollars as %s", (usd, text) => expect(formatCost(usd)).toBe(text));

  it("counts tokens in and out together", () => {
    expect(formatTokens({ input_tokens: 1200, output_tokens: 34 })).toBe("1,234 tokens");
  });

  it("names the cost where there is one", () => {
    expect(formatUsage({ input_tokens: 1, output_tokens: 0, cost_usd: 0 })).toBe("1 token");
    expect(formatUsage({ input_tokens: 1, output_tokens: 1, cost_usd: 0.5 })).toBe("2 tokens · $0.500");
  });

  it("calls a model of this installation free, and says nothing of a price that is not known", () => {
    expect(formatUsage({ input_tokens: 1, output_tokens: 1, cost_usd: 0, model: "local/smollm2" })).toBe("2 tokens · free");
    expect(formatUsage({ input_tokens: 1, output_tokens: 1, cost_usd: 0, model: "lab/llama" })).toBe("2 tokens");
  });

  it.each([
    [{ input_tokens: 900, output_tokens: 60, cost_usd: 0.0042 }, "960 tok · $0.0042"],
    [{ input_tokens: 15_000, output_tokens: 250, cost_usd: 0, model: "local/smollm2" }, "15.3k tok · free"],
    [{ input_tokens: 2_000_000, output_tokens: 0, cost_usd: 3 }, "2M tok · $3.00"],
  ])("says %o on a node as %s", (usage, text) => expect(formatShortUsage(usage)).toBe(text));

  it("names the day of a moment that is not today", () => {
    const noon = new Date(2025, 2, 4, 12, 5).getTime();
    expect(formatMoment(noon, noon + 60_000)).toBe("12:05");
    expect(formatMoment(noon, noon + 86_400_000)).toBe("Mar 4, 12:05");
  });
});
