import { describe, expect, it } from "vitest";
import { parseEvent } from "./frames";
import { reduceRun, reduceRunEvents } from "./reduce";
import { fromSnapshot } from "./snapshot";
import { events, iso, nodeRunOut, runOut, seeded, T0, wire } from "./testing";
import type { RunEvent, RunState } from "./types";

const start = (): RunState => fromSnapshot(runOut());

const STORY = events(
  ["run.started"],
  ["node.started", "start", { attempt: 1 }],
  ["node.finished", "start", { status: "succeeded", attempt: 1, ports: ["out"], degraded: false, preview: "{}" }],
  ["node.started", "ask", { attempt: 1 }],
  ["node.retry", "ask", { attempt: 1, error: { code: "rate_limit", message: "Busy." }, wake_at: iso(60), lost: false }],
  ["node.started", "ask", { attempt: 2 }],
  ["log", "ask", { attempt: 2, level: "info", message: "hi" }],
  ["node.finished", "ask", { status: "succeeded", attempt: 2, ports: ["out"], usage: { input_tokens: 5, output_tokens: 7, cost_usd: 0.5, model: "m" } }],
  ["node.started", "each#0/score", { attempt: 1 }],
  ["node.finished", "each#0/score", { status: "failed", attempt: 1, ports: [], error: { code: "timeout", message: "Too slow." } }],
  ["node.skipped", "tell", { status: "upstream_failed" }],
  ["run.failed", null, { error: { code: "timeout", message: "Too slow." } }],
);

function fold(state: RunState, list: readonly RunEvent[]): RunState {
  const reduced = reduceRunEvents(state, list);
  expect(reduced.kind).toBe("ok");
  return reduced.state;
}

describe("reduceRun", () => {
  it("follows a run from its start to its end", () => {
    const run = fold(start(), STORY);
    expect(run).toMatchObject({ status: "failed", seq: STORY.length, startedAt: T0 + 10, error: { code: "timeout" } });
    expect(run.usage).toEqual({ input_tokens: 5, output_tokens: 7, cost_usd: 0.5, model: "m" });
    expect(Object.fromEntries([...run.nodes].map(([key, node]) => [key, node.status]))).toEqual({
      start: "succeeded",
      ask: "succeeded",
      "each#0/score": "failed",
      tell: "upstream_failed",
    });
  });

  it("shows a node between two attempts as waiting, and keeps both attempts on the waterfall", () => {
    const between = fold(start(), STORY.slice(0, 5)).nodes.get("ask");
    expect(between).toMatchObject({ status: "waiting", reason: "retry", wakeAt: T0 + 60, error: { code: "rate_limit" } });
    const after = fold(start(), STORY).nodes.get("ask");
    expect(after?.spans.map((span) => [span.what, span.attempt, span.end])).toEqual([
      ["attempt", 1, "failed"],
      ["wait", 1, "succeeded"],
      ["attempt", 2, "succeeded"],
    ]);
    expect(after?.error).toBeNull();
  });

  it("counts what each step of an agent consumed, once, and keeps what a model decided", () => {
    const usage = { input_tokens: 10, output_tokens: 5, cost_usd: 0.25, model: "m" };
    const step = (status: string, more: object = {}) => ["step", "boss", { agent: "boss", idx: 0, kind: "llm", name: "m", status, ...more }] as const;
    const run = fold(start(), events(["node.started", "boss", { attempt: 1 }], [...step("running")], [...step("succeeded", { usage })]));
    expect(run.nodes.get("boss")).toMatchObject({ steps: 2, usage, decision: null });
    expect(run.usage).toMatchObject({ cost_usd: 0.25 });
    const details = { case: "billing", reason: "It says invoice.", confidence: 0.9 };
    const decided = fold(start(), events(["node.finished", "route", { status: "succeeded", attempt: 1, ports: ["billing"], details }]));
    expect(decided.nodes.get("route")?.decision).toEqual({ reason: "It says invoice.", confidence: 0.9, score: null });
  });

  it("names the scope that moved last for a node inside a container", () => {
    const run = fold(start(), events(["node.started", "each#0/score", { attempt: 1 }], ["node.started", "each#3/score", { attempt: 1 }]));
    expect(run.latest.get("score")).toBe("each#3/score");
  });

  it("gives the same state however the events are cut into batches", () => {
    const whole = fold(start(), STORY);
    const random = seeded(7);
    for (let round = 0; round < 50; round += 1) {
      let state = start();
      for (let from = 0; from < STORY.length; ) {
        const to = from + 1 + Math.floor(random() * 4);
        state = fold(state, STORY.slice(from, to));
        from = to;
      }
      expect(state).toEqual(whole);
    }
  });

  it("changes nothing on duplicates, wherever they come", () => {
    const whole = fold(start(), STORY);
    const random = seeded(11);
    for (let round = 0; round < 50; round += 1) {
      const noisy: RunEvent[] = [];
      STORY.forEach((event, index) => {
        noisy.push(event);
        while (random() < 0.5) noisy.push(STORY[Math.floor(random() * (index + 1))] ?? event);
      });
      expect(fold(start(), noisy)).toEqual(whole);
    }
  });

  it("never applies anything beyond a gap: the state is always that of a prefix", () => {
    const prefixes = STORY.map((_, index) => fold(start(), STORY.slice(0, index + 1)));
    const random = seeded(13);
    for (let round = 0; round < 100; round += 1) {
      const shuffled = [...STORY].sort(() => random() - 0.5);
      let state = start();
      for (const event of shuffled) {
        const reduced = reduceRun(state, event);
        if (reduced.kind === "stale") expect(event.seq).toBeGreaterThan(state.seq + 1);
        ({ state } = reduced);
      }
      expect(state).toEqual(state.seq === 0 ? start() : prefixes[state.seq - 1]);
    }
  });

  it("says stale on a gap and on a kind it does not know, and keeps the last good state", () => {
    const gap = reduceRunEvents(start(), [STORY[0] as RunEvent, STORY[2] as RunEvent]);
    expect(gap).toMatchObject({ kind: "stale", why: "gap", state: { seq: 1, status: "running" } });
    const unknown = reduceRun(start(), parseEvent(wire(["node.teleported", "a"])[0]));
    expect(unknown).toMatchObject({ kind: "stale", why: "unknown", state: { seq: 0 } });
  });

  it("does not touch the state it was given", () => {
    const before = fold(start(), STORY.slice(0, 4));
    const copy = structuredClone(before);
    reduceRunEvents(before, STORY.slice(4));
    expect(before).toEqual(copy);
  });

  it("agrees with a snapshot of the same moment", () => {
    const folded = fold(start(), STORY.slice(0, 4));
    const fresh = fromSnapshot(
      runOut({
        status: "running",
        seq: 4,
        started_at: iso(10),
        node_runs: [
          nodeRunOut("start", { started_at: iso(20), finished_at: iso(30), preview: "{}" }),
          nodeRunOut("ask", { status: "running", started_at: iso(40), finished_at: null, ports: [] }),
        ],
      }),
    );
    expect(folded).toEqual(fresh);
  });

  it("goes on from a snapshot as from the events before it", () => {
    const fresh = fromSnapshot(runOut({ status: "running", seq: 3, started_at: iso(10), node_runs: [nodeRunOut("start", { started_at: iso(20), finished_at: iso(30), preview: "{}" })] }));
    expect(fold(fresh, STORY)).toEqual(fold(start(), STORY));
  });
});
