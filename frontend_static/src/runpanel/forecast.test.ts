import { describe, expect, it } from "vitest";
import type { ForecastOut } from "../contracts/api";
import { forecastHint, forecastWords } from "./forecast";

const told = (more: Partial<ForecastOut> = {}): ForecastOut => ({
  usd: { low: 0.001, likely: 0.012, high: 0.5 }, tokens: { low: 100, likely: 1234, high: 9000 }, seconds: { low: 1, likely: 8, high: 30 },
  past_runs: 12, guessed: [], unpriced: [], asks_models: true, waits: false, budget_usd: null, ...more,
});
const FLAT = { low: 0, likely: 0, high: 0 };

describe("a forecast in words", () => {
  it("says what is likely, the range, and what it rests on", () => {
    expect(forecastWords(told())).toEqual({
      likely: "$0.012 · 1,234 tokens · 8.0 s", range: "$0.0010 to $0.500 · 100 to 9,000 tokens · 1.0 s to 30 s", basis: "From 12 past runs.", warning: null,
    });
  });

  it("says where it was guessed", () => {
    expect(forecastWords(told({ past_runs: 0, guessed: ["Draft"] })).basis).toBe("From prompt sizes, the high figure by the longest answers.");
    expect(forecastWords(told({ past_runs: 1, guessed: ["Draft"], waits: true })).basis).toBe("From 1 past run; Draft from prompt sizes; time that others take to answer is not counted.");
  });

  it("tells free from unknown, and from no model at all", () => {
    expect(forecastWords(told({ usd: FLAT })).likely).toBe("free · 1,234 tokens · 8.0 s");
    expect(forecastWords(told({ usd: FLAT, unpriced: ["lab/llama"] }))).toMatchObject({ likely: "1,234 tokens · 8.0 s", warning: "No price is known for lab/llama: it counts as nothing." });
    expect(forecastWords(told({ usd: FLAT, tokens: FLAT, asks_models: false, past_runs: 0 }))).toMatchObject({ likely: "no model is asked · 8.0 s", basis: "From what nodes usually take." });
  });

  it("warns of a budget that may not do", () => expect(forecastWords(told({ budget_usd: 0.1 })).warning).toBe("It may need more than the budget of $0.100 a run."));
});

describe("a forecast beside the button", () => {
  it("says low, likely and high in whole sentences, and the likely figures in a few letters", () => {
    expect(forecastHint(told())).toEqual({
      lines: ["Likely $0.012 · 1,234 tokens · 8.0 s.", "Low to high: $0.0010 to $0.500 · 100 to 9,000 tokens · 1.0 s to 30 s. From 12 past runs."], short: "$0.012 · 8.0 s",
    });
  });

  it("says that it is free where no model is asked, and what is not known", () => {
    const free = forecastHint(told({ usd: FLAT, tokens: FLAT, asks_models: false, past_runs: 0 }));
    expect(free).toEqual({ lines: ["Free: no model is asked. Likely 8.0 s.", "Low to high: 1.0 s to 30 s. From what nodes usually take."], short: "free · 8.0 s" });
    expect(forecastHint(told({ usd: FLAT, tokens: FLAT, seconds: FLAT, asks_models: false })).lines).toEqual(["Free: no model is asked. Likely under 0.1 s.", "From 12 past runs."]);
    const unknown = forecastHint(told({ usd: FLAT, unpriced: ["lab/llama"] }));
    expect([unknown.short, unknown.lines[2]]).toEqual(["8.0 s", "No price is known for lab/llama: it counts as nothing."]);
  });
});
