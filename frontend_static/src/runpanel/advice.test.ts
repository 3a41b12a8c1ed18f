import { expect, it } from "vitest";
import type { NodeDoc } from "../contracts/document";
import { criticalPath } from "../runs/critical";
import { EXECUTED, NO_USAGE, type NodeState, type RunState, type Span } from "../runs/types";
import { adviceOf } from "./advice";

function node(nodeId: string, startedAt: number, finishedAt: number, more: Partial<NodeState> = {}): NodeState {
  return {
    key: nodeId, nodeId, scopePath: "", status: "succeeded", reason: "", attempt: 1, ports: ["out"], startedAt, finishedAt,
    wakeAt: null, error: null, usage: null, degraded: false, preview: null, origin: EXECUTED, progress: null, steps: 0, calls: 0, decision: null, spans: [], ...more,
  };
}

function runOf(...nodes: NodeState[]): RunState {
  return {
    id: "r", workflow: { id: "w", name: "W" }, version: null, kind: "normal", baseRun: null, parentRun: null, status: "succeeded", seq: 1, createdAt: 0, startedAt: 0, finishedAt: 100,
    wakeAt: null, reason: "", error: null, input: {}, output: null, usage: NO_USAGE, budget: { usd: null, tokens: null }, nodes: new Map(nodes.map((one) => [one.key, one])), latest: new Map(),
  };
}

function advice(types: Record<string, string>, ...nodes: NodeState[]): string[] {
  const run = runOf(...nodes);
  return adviceOf(run, criticalPath(run, [{ source: "a", target: "b" }]), Object.entries(types).map(([id, type]) => ({ id, type, name: id.toUpperCase() })), { nodes: new Map(), edges: new Map() });
}

const attempt = (from: number, to: number): Span => ({ what: "attempt", attempt: 1, from, to, end: "failed" });

it("names the model that took most, and nothing that took little", () => {
  expect(advice({ a: "http_request", b: "llm" }, node("a", 0, 900), node("b", 900, 10_000))).toEqual([expect.stringMatching(/^B took 91 %: a smaller model/)]);
  expect(advice({ a: "llm" }, node("a", 0, 400))).toEqual([]);
  expect(advice({ a: "code" }, node("a", 0, 4000))).toEqual([]);
});

it("tells waiting between attempts from work", () => {
  const spans = [attempt(0, 100), attempt(5000, 5200)];
  expect(advice({ a: "http_request" }, node("a", 0, 5200, { attempt: 2, spans }))).toEqual([expect.stringMatching(/^A waited between 2 attempts/)]);
  const busy = [attempt(0, 2600), attempt(2700, 5200)];
  expect(advice({ a: "http_request" }, node("a", 0, 5200, { attempt: 2, spans: busy }))).toEqual([expect.stringMatching(/^A took 100 %: keeping/)]);
});

it("sees that a map worked on one item at a time, and that another did not", () => {
  const item = (n: number, from: number): NodeState => node("x", from, from + 900, { key: `a#${n}/x`, scopePath: `a#${n}/` });
  const one = [0, 1, 2].map((n) => item(n, n * 1000));
  expect(advice({ a: "map" }, node("a", 0, 3000), ...one)).toEqual([expect.stringMatching(/^A worked on one item at a time/)]);
  const together = [0, 1, 2].map((n) => item(n, n * 100));
  expect(advice({ a: "map" }, node("a", 0, 3000), ...together)).toEqual([]);
});

it("says where a person was waited for", () => {
  expect(advice({ a: "llm", b: "approval" }, node("a", 0, 600), node("b", 600, 60_000))).toEqual([expect.stringMatching(/^99 % was waiting at B/)]);
});

it("begins with what was waited for in vain", () => {
  const doc = (id: string, type: string, prompt = ""): NodeDoc => ({ id, type, type_version: 1, name: id, parent: null, position: { x: 0, y: 0 }, params: { prompt }, policy: {}, pinned: null });
  const nodes = new Map([doc("s", "start"), doc("a", "llm", "One"), doc("b", "llm", "Two"), doc("c", "llm", "{{ a }} {{ b }}")].map((one) => [one.id, one]));
  const edges = new Map([["s", "a"], ["a", "b"], ["b", "c"]].map(([source = "", target = ""]) => [source, { id: source, source, source_port: "out", target, target_port: "in" }]));
  const run = runOf(node("a", 0, 4000), node("b", 4000, 8000));
  const said = adviceOf(run, criticalPath(run, [{ source: "a", target: "b" }]), [{ id: "a", name: "a", type: "llm" }, { id: "b", name: "b", type: "llm" }], { nodes, edges });
  expect(said.map((one) => one.slice(0, 13))).toEqual(["b waits for a", "a took 50 %: ", "b took 50 %: "]);
});
