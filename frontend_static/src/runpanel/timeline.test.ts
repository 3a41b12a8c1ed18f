import { describe, expect, it } from "vitest";
import { reduceRunEvents } from "../runs/reduce";
import { fromSnapshot } from "../runs/snapshot";
import { events, nodeRunOut, iso, runOut, T0 } from "../runs/testing";
import { failureSentence, progressSentence } from "./announce";
import { progressOf } from "./announce";
import { barsOf, scopeWords, timelineEnds, timelineRows, timelineScale } from "./timeline";

const NAMES = [
  { id: "start", name: "Start", type: "start" },
  { id: "each", name: "Each row", type: "map" },
  { id: "score", name: "Score", type: "llm" },
  { id: "end", name: "Result", type: "output" },
];

const nested = fromSnapshot(
  runOut({
    status: "running",
    started_at: iso(0),
    node_runs: [
      nodeRunOut("each#10/score", { started_at: iso(30) }),
      nodeRunOut("each#2/score", { started_at: iso(40) }),
      nodeRunOut("each", { started_at: iso(20), finished_at: null, status: "running" }),
      nodeRunOut("start", { started_at: iso(10) }),
    ],
  }),
);

describe("timelineRows", () => {
  it("goes by start, puts nested runs below their container by turn, and what is to come last", () => {
    expect(timelineRows(nested, NAMES, true).map((row) => [row.key, row.depth, row.scope])).toEqual([
      ["start", 0, ""],
      ["each", 0, ""],
      ["each#2/score", 1, "#3"],
      ["each#10/score", 1, "#11"],
      ["end", 0, ""],
    ]);
  });

  it("does not wait for notes and frames", () => {
    const drawn = [...NAMES, { id: "hint", name: "Note", type: "note" }, { id: "part", name: "Frame", type: "frame" }];
    expect(timelineRows(nested, drawn, true).map((row) => row.key)).toEqual(timelineRows(nested, NAMES, true).map((row) => row.key));
  });

  it("leaves out what never came once the run is over", () => {
    expect(timelineRows(nested, NAMES, false).map((row) => row.key)).not.toContain("end");
  });

  it("counts turns from one, as people do", () => {
    expect(scopeWords("map1#17/loop2#0/")).toBe("#18 › #1");
  });
});

const scaleOf = (run: Parameters<typeof timelineEnds>[0], now: number) => {
  const { from, to } = timelineEnds(run, now);
  return timelineScale(from, to);
};

describe("timelineScale", () => {
  it("ends a finished run at its end and a live one at a round moment ahead", () => {
    const done = fromSnapshot(runOut({ status: "succeeded", started_at: iso(0), finished_at: iso(1000) }));
    expect(scaleOf(done, T0 + 90_000).to - T0).toBe(1020);
    const live = scaleOf(nested, T0 + 3_100);
    expect(live.to - live.from).toBe(4_000);
    expect(scaleOf(nested, T0 + 3_200).to).toBe(live.to);
  });

  it("has few ticks, on round offsets, at any length", () => {
    for (const seconds of [0.05, 0.7, 3, 42, 500, 9_000, 200_000, 5_000_000]) {
      const { ticks } = scaleOf(nested, T0 + seconds * 1000);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(8);
    }
  });
});

describe("barsOf", () => {
  it("draws attempts and waits where they were, and lets the open one grow to now", () => {
    const list = events(["run.started"], ["node.started", "a", { attempt: 1 }], ["node.retry", "a", { attempt: 1, error: { code: "x", message: "x" }, wake_at: iso(50), lost: false }]);
    const { state } = reduceRunEvents(fromSnapshot(runOut()), list);
    const scale = { from: T0, to: T0 + 100, ticks: [] };
    expect(barsOf(state.nodes.get("a")?.spans ?? [], scale, T0 + 80)).toMatchObject([
      { left: 20, width: 10, what: "attempt", end: "failed" },
      { left: 30, width: 50, what: "wait" },
    ]);
  });
});

describe("what is announced", () => {
  it("says how far the run is and what is at work", () => {
    expect(progressSentence(nested, NAMES)).toBe("3 of 4 nodes done. Now Each row.");
    expect(progressOf(nested, 4)).toEqual({ done: 3, total: 4 });
  });

  it("names the node and the reason of a failure", () => {
    const failed = fromSnapshot(
      runOut({
        status: "failed",
        error: { code: "timeout", message: "Too slow." },
        node_runs: [nodeRunOut("end", { status: "failed", reason: "port" }), nodeRunOut("score", { status: "failed" })],
      }),
    );
    expect(failureSentence(failed, NAMES)).toBe("Run failed at Score. Too slow.");
  });
});
