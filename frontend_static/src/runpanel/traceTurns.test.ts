import { describe, expect, it } from "vitest";
import type { StepOut } from "../contracts/api";
import { childOf, turnsOf, wordsOf } from "./traceTurns";

function step(agent: string, idx: number, more: Partial<StepOut>): StepOut {
  return {
    agent, idx, kind: "tool", name: "look", status: "succeeded", call: "", input: {}, output: null, error: null, answer: null, usage: null,
    seconds: 0, started_at: "2026-01-01T00:00:00Z", finished_at: "2026-01-01T00:00:00Z", ...more,
  };
}

const asks = (...names: string[]) => ({ text: "", tool_calls: names.map((name) => ({ id: name, name, arguments: `{"q":"${name}"}` })) });

describe("the turns of an agent", () => {
  const steps = [
    step("boss", 0, { kind: "llm", name: "a/b", output: asks("look", "clerk") }),
    step("boss", 1, { input: { q: 1 } }),
    step("boss", 2, { kind: "delegate", name: "clerk", status: "running" }),
    step("boss!2/clerk", 0, { kind: "llm", name: "c/d", output: { text: "Blue.", tool_calls: [] } }),
    step("boss", 3, { kind: "llm", name: "a/b", status: "running" }),
  ];

  it("are what its model said, each with the calls that it asked for, in order", () => {
    const turns = turnsOf("boss", steps);
    expect(turns.map(({ said, calls }) => [said.idx, calls.map((call) => [call.idx, call.name, call.shown])])).toEqual([
      [0, [[1, "look", '{"q":1}'], [2, "clerk", "{}"]]],
      [3, []],
    ]);
  });

  it("of an agent that was asked are found under its step", () => {
    const asked = steps[2];
    if (!asked) throw new Error("no step");
    const [turn] = turnsOf(childOf("boss", asked), steps);
    expect(turn && wordsOf(turn.said)).toBe("Blue.");
  });

  it("show a call that has not begun as it was asked for", () => {
    const [turn] = turnsOf("boss", steps.slice(0, 1));
    expect(turn?.calls.map(({ shown, step: made }) => [shown, made])).toEqual([['{"q":"look"}', undefined], ['{"q":"clerk"}', undefined]]);
  });
});
