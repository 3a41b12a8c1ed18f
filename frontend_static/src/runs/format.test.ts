import { describe, expect, it } from "vitest";
import { formatCost, formatDuration, formatElapsed, formatTokens, formatWhen } from "./format";

describe("format", () => {
  it.each([
    [0, "0 ms"],
    [340.4, "340 ms"],
    [999.6, "1.0 s"],
    [1_200, "1.2 s"],
    [9_960, "10 s"],
    [65_000, "1 min 05 s"],
    [7_380_000, "2 h 03 min"],
    [3 * 86_400_000, "3 d 0 h"],
  ])("says %d ms as %s", (millis, text) => expect(formatDuration(millis)).toBe(text));

  it("counts a running clock in tenths at first", () => {
    expect(formatElapsed(450)).toBe("0.4 s");
    expect(formatElapsed(-5)).toBe("0.0 s");
  });

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

  it("says near moments in words", () => {
    expect(formatWhen(0, 30_000)).toBe("just now");
    expect(formatWhen(0, 120_000)).toBe("2 min ago");
    expect(formatWhen(0, 7_200_000)).toBe("2 h ago");
  });
});
