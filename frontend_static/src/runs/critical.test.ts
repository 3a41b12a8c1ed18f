import { describe, expect, it } from "vitest";
import { criticalPath } from "./critical";
import { EXECUTED, NO_USAGE, type NodeState, type RunState } from "./types";

function node(nodeId: string, startedAt: number | null, finishedAt: number | null, more: Partial<NodeState> = {}): NodeState {
  return {
    key: nodeId, nodeId, scopePath: "", status: finishedAt === null ? "running" : "succeeded", reason: "", attempt: 1, ports: ["out"], startedAt, finishedAt,
    wakeAt: null, error: null, usage: null, degraded: false, preview: null, origin: EXECUTED, progress: null, steps: 0, calls: 0, decision: null, spans: [], ...more,
  };
}

function run(...nodes: NodeState[]): RunState {
  return {
    id: "r", workflow: { id: "w", name: "W" }, version: null, kind: "normal", baseRun: null, parentRun: null, status: "succeeded", seq: 1, createdAt: 0, startedAt: 0, finishedAt: 100,
    wakeAt: null, reason: "", error: null, input: {}, output: null, usage: NO_USAGE, budget: { usd: null, tokens: null }, nodes: new Map(nodes.map((one) => [one.key, one])), latest: new Map(),
  };
}

const LINKS = ["a>b", "a>c", "b>d", "c>d"].map((pair) => ({ source: pair.split(">")[0] ?? "", target: pair.split(">")[1] ?? "" }));

describe("the way that a run waited for", () => {
  it("goes back over the branch that ended last, with each node's own share", () => {
    const path = criticalPath(run(node("a", 0, 10), node("b", 10, 20), node("c", 12, 90), node("d", 90, 95)), LINKS);
    expect(path.map(({ nodeId, millis }) => [nodeId, millis])).toEqual([["a", 10], ["c", 80], ["d", 5]]);
  });

  it("counts no work that was taken over, and nothing inside containers", () => {
    const reused = node("a", 0, 10, { origin: { how: "reused", from: "x", stale: false } });
    const inner = node("x", 0, 99, { key: "m#0/x", scopePath: "m#0/" });
    expect(criticalPath(run(reused, inner, node("b", 10, 20)), LINKS).map(({ nodeId }) => nodeId)).toEqual(["b"]);
  });

  it("is as far as the run is", () => {
    expect(criticalPath(run(node("a", 0, 10), node("b", 10, null)), LINKS).map(({ nodeId }) => nodeId)).toEqual(["a"]);
    expect(criticalPath(run(), LINKS)).toEqual([]);
  });
});
